/* A still life: things on a floor before a wall, one soft light, one camera. Built by the scenes
 * (art_reef.c, art_clay.c, art_tea.c), rendered by art_light.c. y is up, the camera looks along -z;
 * a cup is about one unit high.
 */
#ifndef DEMO_ART_SCENE_H
#define DEMO_ART_SCENE_H

#include "art_math.h"
#include "base/err.h"

enum { ART_THINGS_MAX = 200, ART_TUBE_POINTS_MAX = 14, ART_GRID = 144 };

enum art_form {
    ART_FORM_UNSET = 0,
    ART_LATHE, /* a profile turned about y: vessels */
    ART_SHEET, /* an outline with a little thickness: cloth, leaves, paper */
    ART_TUBE,  /* a bent rod: handles, spouts, straps */
    ART_BOX,
    ART_BALL /* an ellipsoid */
};

enum art_finish {
    ART_FINISH_UNSET = 0,
    ART_MATTE,
    ART_GLAZE,
    ART_CLOTH,
    ART_LEAF,
    ART_GLASS,
    ART_GLOW,
    ART_METAL
};

enum art_pattern {
    ART_PLAIN = 0,
    ART_SPECKLE, /* iron specks */
    ART_DIP,     /* b below height `k`, wavy edge */
    ART_RINGS,   /* thin lines of b at foot and rim; k = height of the thing */
    ART_BRUSH,   /* brushed branches of b */
    ART_WAVES,   /* scales of b, as on waves in old prints */
    ART_CRACKLE, /* fine net of b */
    ART_STRIPES, /* along local x or y, k per unit; negative: across */
    ART_FRONDS,  /* coral branches printed in b */
    ART_GRAIN,   /* wood; k = stretch */
    ART_RIBS,    /* k ribs around */
    ART_WEAVE,   /* k threads per unit */
    ART_FIRED,   /* uneven kiln colour from a to b */
    ART_DOTS,
    ART_TILE /* a painted square of half width 0.43; k = which of four */
};

struct art_look {
    enum art_finish finish;
    enum art_pattern pattern;
    struct v3 a, b;
    float k;
};

/* A curve in the plane with its field of distances on a grid over [x0, x0+w] x [y0, y0+h]. */
struct art_curve {
    float x0, y0, w, h;
    float far; /* largest distance of the curve's points from the box's middle */
    float field[ART_GRID * ART_GRID];
};

struct art_thing {
    enum art_form form;
    struct art_look look;
    const struct art_curve *curve; /* LATHE, SHEET */
    struct v3 at, right, up, out;  /* own axes */
    float size;
    float wall;     /* LATHE, SHEET: half thickness, own units; BOX: rounding */
    float slump;    /* SHEET: how much it hangs in folds */
    struct v3 half; /* BOX, BALL */
    struct v3 points[ART_TUBE_POINTS_MAX];
    float radii[ART_TUBE_POINTS_MAX];
    int point_count;
    struct v3 spans[ART_TUBE_POINTS_MAX]; /* TUBE: from point to point, made when prepared */
    float span_scale[ART_TUBE_POINTS_MAX];
    struct v3 middle; /* bounding sphere */
    float reach;
    bool no_shadow;
};

enum art_floor {
    ART_FLOOR_UNSET = 0,
    ART_FLOOR_PLAIN,
    ART_FLOOR_WOOD,
    ART_FLOOR_SAND,
    ART_FLOOR_LINEN,
    ART_FLOOR_CHIPS,
    ART_FLOOR_WATER,
    ART_FLOOR_TILES
};
enum art_gobo { ART_GOBO_NONE = 0, ART_GOBO_WINDOW, ART_GOBO_LEAVES, ART_GOBO_BLINDS };

struct art_scene {
    struct arena *arena;
    struct art_thing things[ART_THINGS_MAX];
    int count;
    enum art_floor floor;
    struct v3 floor_a, floor_b, wall_a, wall_b;
    float wall_z;  /* where the wall stands; floor and wall meet in a soft curve */
    float curve_r; /* of that curve; 0 = a sharp edge */
    enum art_gobo gobo;
    struct v3 light, light_colour, sky, bounce;
    struct v3 glow_at, glow_colour; /* a lamp in the picture; colour 0 = none */
    float hardness;                 /* of the shadows: 6 soft .. 30 hard */
    float gloss;                    /* of the floor: 0 dull .. 0.5 lacquer */
    struct v3 eye, look_at;
    float lens; /* focal length: 3.5 long .. 1.5 wide */
    float exposure;
    int seed;
    bool failed; /* out of memory or things: the picture is not drawn */
};

/* Curves by control points (x, y pairs); doubled points make corners. Lathes: from the axis up to
 * the rim. Outlines: the right half from top to bottom, mirrored. */
const struct art_curve *art_lathe_curve(struct art_scene *s, const float (*points)[2],
                                        size_t count);
const struct art_curve *art_outline_curve(struct art_scene *s, const float (*points)[2],
                                          size_t count);

/* Adders: the thing may be refined until the next call. Never NULL (a spare one when full). */
struct art_thing *art_add_lathe(struct art_scene *s, const struct art_curve *c, struct v3 at,
                                float size, struct art_look l);
struct art_thing *art_add_sheet(struct art_scene *s, const struct art_curve *c, struct v3 at,
                                float size, struct art_look l);
struct art_thing *art_add_tube(struct art_scene *s, const float (*points)[4], size_t count,
                               struct v3 at, float size, struct art_look l);
struct art_thing *art_add_box(struct art_scene *s, struct v3 at, struct v3 half, float rounding,
                              struct art_look l);
struct art_thing *art_add_ball(struct art_scene *s, struct v3 at, struct v3 half,
                               struct art_look l);
/* Turns in degrees: about y, then tips about its own right axis, then rolls about its out axis. */
void art_turn(struct art_thing *t, float yaw, float pitch, float roll);

float art_thing_distance(const struct art_thing *t, struct v3 p);
struct v3 art_thing_local(const struct art_thing *t, struct v3 p);

static inline struct art_look art_look_of(enum art_finish finish, uint32_t a)
{
    return (struct art_look){finish, ART_PLAIN, art_colour(a), art_colour(a), 1.0f};
}
static inline struct art_look art_look_with(enum art_finish finish, uint32_t a,
                                            enum art_pattern pattern, uint32_t b, float k)
{
    return (struct art_look){finish, pattern, art_colour(a), art_colour(b), k};
}

/* The colour of a look at a place of the thing, own coordinates */
struct v3 art_look_colour(const struct art_look *l, struct v3 q, int seed);
struct v3 art_floor_colour(const struct art_scene *s, struct v3 p);
/* How much of the light passes the window or the leaves it comes through. */
float art_gobo_light(const struct art_scene *s, struct v3 p);

/* After all things are added, before the first sample. */
void art_scene_prepare(struct art_scene *s);
/* The light that comes from u, v in [-1, 1] (v up; u is scaled by the picture's width : height),
 * linear, before exposure; *ret_what tells things apart, for smoothing edges. */
struct v3 art_scene_sample(const struct art_scene *s, float u, float v, int *ret_what);

#endif
