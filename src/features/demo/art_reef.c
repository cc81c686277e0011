/* Pictures of the swim brand: sand, shallow water, coral, deep teal. */
#include "art.h"
#include "art_forms.h"
#include "art_paint.h"

static struct art_look cloth(uint32_t a)
{
    return art_look_of(ART_CLOTH, a);
}

static struct art_look print(uint32_t a, enum art_pattern p, uint32_t b, float k)
{
    return art_look_with(ART_CLOTH, a, p, b, k);
}

/* Lying on the table of art_table, head up; height above it in `lift`. */
static struct art_thing *lay(struct art_scene *s, enum art_cut cut, float x, float z, float size,
                             float roll, float lift, struct art_look l)
{
    struct art_thing *t = art_add_sheet(s, art_cut(s, cut), V(x, 0.05f + lift, z), size, l);
    t->wall = 0.045f;
    t->slump = 0.05f;
    art_turn(t, 0, -90, roll);
    return t;
}

static void onepiece_flat(struct art_scene *s, float roll, struct art_look front,
                          struct art_look back)
{
    lay(s, ART_ONEPIECE_BACK, 0, -0.1f, 1.35f, roll, 0.0f, back)->slump = 0;
    lay(s, ART_ONEPIECE, 0, 0, 1.35f, roll, 0.05f, front);
}

static void shell(struct art_scene *s, float x, float z, float size, float yaw, uint32_t colour)
{
    struct art_look l = art_look_with(ART_MATTE, colour, ART_RIBS, 0xf3e6d8, 18);
    art_turn(art_add_lathe(s, art_vessel(s, ART_SHELL), V(x, 0.42f * size, z), size, l), yaw, 168,
             0);
}

static void pebbles(struct art_scene *s, float x, float z, int count)
{
    for (int i = 0; i < count; i++) {
        float r = 0.10f + 0.12f * art_hash(i, s->seed, 6);
        struct v3 at = V(x + 0.55f * (art_hash(i, s->seed, 7) - 0.5f) + 0.2f * (float)i, 0.04f,
                         z + 0.5f * (art_hash(i, s->seed, 8) - 0.5f));
        art_turn(art_add_ball(s, at, V(r * 1.3f, r * 0.6f, r),
                              art_look_with(ART_MATTE, 0xb8b0a6, ART_FIRED, 0x7d7a76, 5)),
                 90.0f * art_hash(i, 1, 1), 0, 0);
    }
}

static void onepiece_coral(struct art_scene *s)
{
    art_table(s, 21, ART_FLOOR_SAND, 0xe6d3b3, 0xcdb48c);
    s->gobo = ART_GOBO_LEAVES;
    onepiece_flat(s, -9, cloth(0xe8654a), cloth(0xb84632));
    shell(s, 1.0f, 1.2f, 0.36f, 20, 0xe9c4ac);
}

static void onepiece_teal(struct art_scene *s)
{
    art_table(s, 22, ART_FLOOR_LINEN, 0xd9d5c8, 0xc3beae);
    s->gobo = ART_GOBO_WINDOW;
    onepiece_flat(s, 7, cloth(0x0f5f68), cloth(0x0a444b));
    pebbles(s, -1.15f, 1.35f, 4);
}

static void onepiece_fronds(struct art_scene *s)
{
    art_table(s, 23, ART_FLOOR_CHIPS, 0xe3d8cc, 0xc98f78);
    s->wall_a = art_colour(0x6f8f8c);
    onepiece_flat(s, -4, print(0x123f4a, ART_FRONDS, 0xf08a68, 1), cloth(0x0c2c34));
}

static void hanging(struct art_scene *s, struct art_look front, struct art_look back)
{
    static const float hook[][4] = {{0, 0, 0, .03f},
                                    {0, .22f, 0, .022f},
                                    {.1f, .34f, 0, .02f},
                                    {.02f, .46f, 0, .02f},
                                    {-.09f, .38f, 0, .02f}};
    static const float arms[][4] = {{-.66f, -.1f, 0, .05f},
                                    {-.33f, .02f, 0, .05f},
                                    {0, .06f, 0, .05f},
                                    {.33f, .02f, 0, .05f},
                                    {.66f, -.1f, 0, .05f}};
    struct art_look wood = art_look_with(ART_MATTE, 0xc49a68, ART_GRAIN, 0xa27646, 1);
    s->wall_z = -0.22f;
    s->curve_r = 0;
    s->light = V(-0.85f, 0.62f, 0.75f);
    art_add_tube(s, hook, 5, V(0, 3.12f, 0), 1.0f, art_look_of(ART_METAL, 0xd8c9a8));
    art_add_tube(s, arms, 5, V(0, 3.1f, 0), 1.0f, wood);
    art_add_sheet(s, art_cut(s, ART_ONEPIECE_BACK), V(0, 1.65f, -0.05f), 1.32f, back);
    struct art_thing *t =
        art_add_sheet(s, art_cut(s, ART_ONEPIECE), V(0, 1.65f, 0.05f), 1.32f, front);
    t->wall = 0.05f;
    t->slump = 0.09f;
    art_camera(s, V(0, 1.95f, 0), 9, 7, 0.25f, 4.7f);
}

static void onepiece_stripes(struct art_scene *s)
{
    art_studio(s, 24, 0xd8c7ad, 0xe8dccb, 0xdccbb4);
    s->gobo = ART_GOBO_LEAVES;
    hanging(s, print(0xf1ead9, ART_STRIPES, 0x1d5a73, -7), cloth(0x1d5a73));
}

static void onepiece_black(struct art_scene *s)
{
    art_studio(s, 25, 0xb88f78, 0xd9a890, 0xc78f77);
    s->gobo = ART_GOBO_WINDOW;
    hanging(s, cloth(0x1d2226), cloth(0x101315));
}

static void bikini(struct art_scene *s)
{
    art_table(s, 26, ART_FLOOR_WATER, 0x58b9bd, 0x3aa0ad);
    s->sky = V(0.5f, 0.62f, 0.68f);
    static const float neck[][4] = {{-.36f, 0, .2f, .022f},     {-.5f, .02f, -.5f, .02f},
                                    {-.15f, .03f, -1.0f, .02f}, {.3f, .02f, -.95f, .02f},
                                    {.52f, .02f, -.45f, .02f},  {.36f, 0, .2f, .022f}};
    static const float band[][4] = {{-1.35f, 0, .62f, .02f},
                                    {-.8f, .0f, .72f, .022f},
                                    {0, .02f, .60f, .024f},
                                    {.8f, .0f, .72f, .022f},
                                    {1.3f, 0, .55f, .02f}};
    struct art_look l = cloth(0xf2c14e);
    struct art_thing *t = lay(s, ART_TRIANGLE, -0.4f, -0.35f, 1.15f, -4, 0, l);
    t->slump = 0.02f;
    lay(s, ART_TRIANGLE, 0.4f, -0.35f, 1.15f, 4, 0, l)->slump = 0.02f;
    art_add_tube(s, neck, 6, V(0, 0.06f, -0.85f), 1.05f, l);
    art_add_tube(s, band, 5, V(0, 0.06f, -0.75f), 1.05f, l);
    lay(s, ART_BRIEF, 0.05f, 0.9f, 1.3f, 6, 0, l);
}

static void trunks(struct art_scene *s)
{
    art_table(s, 27, ART_FLOOR_WOOD, 0xbfa98d, 0x9f886c);
    s->gobo = ART_GOBO_BLINDS;
    lay(s, ART_TRUNKS, 0, 0, 1.75f, -6, 0, print(0x2f7f86, ART_FRONDS, 0xe9dcc0, 1));
    static const float cord[][4] = {{-.04f, 0, 0, .025f},
                                    {-.12f, .03f, .22f, .024f},
                                    {-.05f, .03f, .5f, .024f},
                                    {-.14f, .02f, .68f, .026f}};
    static const float other[][4] = {{.05f, 0, 0, .025f},
                                     {.16f, .03f, .2f, .024f},
                                     {.11f, .03f, .42f, .024f},
                                     {.2f, .02f, .6f, .026f}};
    art_add_tube(s, cord, 4, V(0.08f, 0.17f, -0.86f), 1.0f, cloth(0xf3ead8));
    art_add_tube(s, other, 4, V(0.08f, 0.17f, -0.86f), 1.0f, cloth(0xf3ead8));
}

static void rashguard(struct art_scene *s)
{
    art_table(s, 28, ART_FLOOR_SAND, 0xdccaa8, 0xbfa37a);
    lay(s, ART_RASHGUARD, 0, 0.05f, 1.5f, 5, 0, print(0xe9e2d0, ART_STRIPES, 0xd96a4c, -3.2f));
    shell(s, -1.1f, 1.55f, 0.3f, 70, 0xf0d9c8);
}

static void sunscreen(struct art_scene *s)
{
    art_studio(s, 29, 0xe6c9ad, 0xf0c9a8, 0xe09a7c);
    s->floor = ART_FLOOR_CHIPS;
    s->floor_b = art_colour(0xc98f78);
    s->wall_a = art_colour(0xe8b393);
    s->gobo = ART_GOBO_LEAVES;
    art_add_box(s, V(0.1f, 0.2f, -0.35f), V(1.15f, 0.2f, 0.8f), 0.03f,
                art_look_with(ART_MATTE, 0xe9dcc9, ART_FIRED, 0xd9c7ae, 2));
    art_add_lathe(s, art_vessel(s, ART_FLASK), V(-0.3f, 0.4f, -0.3f), 1.25f,
                  art_look_with(ART_GLAZE, 0xf4efe2, ART_DIP, 0x1c7d86, 0.5f));
    art_add_lathe(s, art_vessel(s, ART_FLASK_CAP), V(-0.3f, 0.4f, -0.3f), 1.25f,
                  art_look_of(ART_MATTE, 0xef7a58));
    art_add_lathe(s, art_vessel(s, ART_TIN), V(0.75f, 0.4f, 0.05f), 0.55f,
                  art_look_of(ART_METAL, 0xd9d4c6));
    shell(s, 1.0f, 0.95f, 0.42f, 150, 0xf0c7b0);
    art_camera(s, V(0.1f, 1.25f, 0), 9, 6, 1.1f, 3.7f);
}

static void hat(struct art_scene *s)
{
    art_table(s, 30, ART_FLOOR_WATER, 0x7fc7c4, 0x4fa9b0);
    s->sky = V(0.52f, 0.62f, 0.66f);
    struct art_look straw = art_look_with(ART_CLOTH, 0xe2c792, ART_RIBS, 0xc7a468, 64);
    art_turn(art_add_lathe(s, art_vessel(s, ART_HAT), V(0, 0.05f, 0), 0.98f, straw), 20, 6, 4);
    static const float band[][4] = {
        {.58f, 0, 0, .09f},     {.41f, 0, .41f, .09f},  {0, 0, .58f, .09f},
        {-.41f, 0, .41f, .09f}, {-.58f, 0, 0, .09f},    {-.41f, 0, -.41f, .09f},
        {0, 0, -.58f, .09f},    {.41f, 0, -.41f, .09f}, {.58f, 0, 0, .09f}};
    art_turn(art_add_tube(s, band, 9, V(0, 0.22f, 0), 0.93f, cloth(0xe8654a)), 20, 6, 4);
}

static void towels(struct art_scene *s)
{
    art_studio(s, 31, 0xd9c6a6, 0xbcd7d6, 0x7fb3ba);
    s->floor = ART_FLOOR_SAND;
    s->floor_b = art_colour(0xbfa276);
    static const uint32_t colours[] = {0x2a7f88, 0xf0e6d2, 0xe8795a, 0xf4ecdc, 0x8fc3c2};
    for (int i = 0; i < 5; i++) {
        float y = 0.17f + 0.33f * (float)i, give = 0.05f * (art_hash(i, 31, 1) - 0.5f);
        struct art_look l = i % 2 == 1
                                ? print(colours[i], ART_STRIPES, i == 1 ? 0xe8795a : 0x2a7f88, 2.2f)
                                : cloth(colours[i]);
        art_turn(art_add_box(s, V(give, y, -give), V(1.22f, 0.165f, 0.86f), 0.15f, l),
                 5.0f * (art_hash(i, 31, 2) - 0.5f), 0, 0);
        art_turn(art_add_box(s, V(give, y, 0.02f - give), V(1.20f, 0.05f, 0.875f), 0.045f, l),
                 5.0f * (art_hash(i, 31, 2) - 0.5f), 0, 0);
    }
    shell(s, 1.35f, 1.1f, 0.34f, 30, 0xf2d8c6);
    art_camera(s, V(0.1f, 0.85f, 0), 9, 20, 1.9f, 3.4f);
    s->gobo = ART_GOBO_LEAVES;
}

static void tote(struct art_scene *s)
{
    art_studio(s, 32, 0xcdbb9d, 0xbfd0c8, 0xa4bcb4);
    s->wall_z = -0.3f;
    s->curve_r = 0;
    s->light = V(-0.8f, 0.6f, 0.8f);
    s->gobo = ART_GOBO_LEAVES;
    static const float strap[][4] = {{-.42f, .5f, .1f, .045f},  {-.38f, 1.0f, .05f, .042f},
                                     {-.14f, 1.52f, 0, .04f},   {.14f, 1.52f, 0, .04f},
                                     {.38f, 1.0f, .05f, .042f}, {.42f, .5f, .1f, .045f}};
    struct art_look canvas = print(0xeadfc6, ART_FRONDS, 0xd9573c, 1);
    art_add_tube(s, strap, 6, V(0, 1.2f, 0), 1.35f, cloth(0xd8c49c));
    struct art_thing *t = art_add_sheet(s, art_cut(s, ART_TOTE), V(0, 1.2f, 0), 1.35f, canvas);
    t->wall = 0.09f;
    t->slump = 0.1f;
    static const float peg[][4] = {{0, 0, -.3f, .07f}, {0, .02f, .2f, .07f}, {0, .03f, .3f, .085f}};
    art_add_tube(s, peg, 3, V(0, 3.22f, 0), 1.0f, art_look_of(ART_MATTE, 0x9a6f45));
    art_camera(s, V(0, 1.75f, 0), 9, 8, 0.3f, 3.9f);
}

const struct art_piece art_reef[] = {
    {"reef-onepiece-coral", "Coral one-piece swimsuit on sand, palm shadow across it",
     "沙上的珊瑚色连体泳衣，棕榈叶影掠过", onepiece_coral, NULL},
    {"reef-onepiece-teal", "Deep teal one-piece on linen in window light",
     "亚麻布上的深青色连体泳衣，窗光", onepiece_teal, NULL},
    {"reef-onepiece-fronds", "One-piece printed with coral branches on terrazzo",
     "水磨石上的珊瑚枝印花连体泳衣", onepiece_fronds, NULL},
    {"reef-onepiece-stripes", "Striped one-piece on a wooden hanger", "木衣架上的条纹连体泳衣",
     onepiece_stripes, NULL},
    {"reef-onepiece-black", "Black one-piece on a hanger before a warm wall",
     "暖色墙前衣架上的黑色连体泳衣", onepiece_black, NULL},
    {"reef-bikini", "Yellow bikini floating over bright shallow water", "明亮浅水上的黄色比基尼",
     bikini, NULL},
    {"reef-trunks", "Swim trunks with coral print on weathered planks", "旧木板上的珊瑚印花泳裤",
     trunks, NULL},
    {"reef-rashguard", "Long-sleeved striped swim top on sand", "沙上的长袖条纹防晒泳衣", rashguard,
     NULL},
    {"reef-sunscreen", "Bottle of mineral sunscreen, a tin and a shell on a plinth",
     "台座上的矿物防晒霜、铝盒与贝壳", sunscreen, NULL},
    {"reef-hat", "Wide straw hat with a coral band, seen from above",
     "俯视：系珊瑚色缎带的宽檐草帽", hat, NULL},
    {"reef-towels", "A stack of folded beach towels in teal, cream and coral",
     "叠好的沙滩巾：青、米白、珊瑚", towels, NULL},
    {"reef-tote", "Canvas beach bag with a coral print on a peg", "木钉上的珊瑚印花帆布包", tote,
     NULL},
    {"reef-shore", "Foam between pale sand and turquoise sea, from above",
     "俯视：浅沙与碧海之间的浪沫", NULL, art_paint_shore},
    {"reef-dawn", "Sunrise over a calm sea", "平静海面上的日出", NULL, art_paint_dawn},
    {"reef-underwater", "Corals and small fish in light from above", "天光之下的珊瑚与小鱼", NULL,
     art_paint_reef},
    {0},
};
