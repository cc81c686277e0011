/* Profiles and outlines, in the order of the enums. Lathes: {radius, height} from the axis to the
 * rim; outlines: the right half {x, y} from top to bottom. */
#include "art_forms.h"

struct points {
    size_t count;
    float at[26][2];
};

static const struct points vessels[] = {
    [ART_CUP] = {9, {{0, .07f}, {.2f, .07f}, {.23f, .0f}, {.26f, .0f}, {.28f, .09f}, {.44f, .26f},
        {.54f, .55f}, {.57f, .8f}, {.60f, .92f}}},
    [ART_TUMBLER] = {7, {{0, .02f}, {.34f, .02f}, {.41f, .05f}, {.44f, .3f}, {.46f, .7f},
        {.47f, 1.0f}, {.475f, 1.12f}}},
    [ART_BOWL] = {9, {{0, .09f}, {.27f, .09f}, {.3f, 0}, {.34f, 0}, {.37f, .1f}, {.7f, .26f},
        {.93f, .5f}, {1.02f, .72f}, {1.06f, .78f}}},
    [ART_PLATE] = {9, {{0, .06f}, {.5f, .06f}, {.55f, 0}, {.6f, 0}, {.64f, .06f}, {.9f, .09f},
        {1.12f, .17f}, {1.22f, .22f}, {1.25f, .23f}}},
    [ART_MEIPING] = {13, {{0, .0f}, {.28f, .0f}, {.33f, .02f}, {.34f, .2f}, {.42f, .7f},
        {.6f, 1.25f}, {.66f, 1.6f}, {.56f, 1.86f}, {.3f, 2.02f}, {.18f, 2.1f}, {.165f, 2.18f},
        {.21f, 2.27f}, {.24f, 2.29f}}},
    [ART_LONGNECK] = {12, {{0, .02f}, {.27f, 0}, {.33f, 0}, {.35f, .1f}, {.55f, .38f},
        {.62f, .72f}, {.47f, 1.12f}, {.22f, 1.45f}, {.14f, 1.85f}, {.14f, 2.15f}, {.2f, 2.4f},
        {.27f, 2.5f}}},
    [ART_MOON] = {12, {{0, .02f}, {.35f, 0}, {.42f, 0}, {.46f, .07f}, {.84f, .42f}, {1.0f, .92f},
        {.88f, 1.42f}, {.6f, 1.7f}, {.44f, 1.78f}, {.42f, 1.83f}, {.43f, 1.93f}, {.44f, 1.95f}}},
    [ART_POT] = {10, {{0, .03f}, {.42f, 0}, {.48f, 0}, {.52f, .06f}, {.78f, .27f}, {.88f, .55f},
        {.78f, .83f}, {.55f, 1.0f}, {.47f, 1.04f}, {.45f, 1.05f}}},
    [ART_POT_LID] = {10, {{.47f, 1.06f}, {.43f, 1.1f}, {.28f, 1.19f}, {.1f, 1.24f},
        {.065f, 1.28f}, {.075f, 1.33f}, {.12f, 1.38f}, {.12f, 1.44f}, {.07f, 1.48f}, {0, 1.49f}}},
    [ART_GAIWAN] = {9, {{0, .09f}, {.22f, .09f}, {.24f, 0}, {.28f, 0}, {.3f, .1f}, {.46f, .28f},
        {.57f, .58f}, {.66f, .85f}, {.74f, .95f}}},
    [ART_GAIWAN_LID] = {8, {{.62f, .86f}, {.56f, .96f}, {.4f, 1.07f}, {.22f, 1.13f},
        {.14f, 1.15f}, {.13f, 1.19f}, {.17f, 1.26f}, {.2f, 1.28f}}},
    [ART_TIN] = {6, {{0, 0}, {.47f, 0}, {.5f, .0f}, {.5f, .03f}, {.5f, 1.0f}, {.5f, 1.02f}}},
    [ART_TIN_LID] = {8, {{.515f, .92f}, {.515f, .94f}, {.515f, 1.16f}, {.51f, 1.2f},
        {.47f, 1.22f}, {.2f, 1.225f}, {.1f, 1.225f}, {0, 1.225f}}},
    [ART_FLASK] = {10, {{0, 0}, {.38f, 0}, {.43f, .01f}, {.45f, .06f}, {.45f, .5f}, {.45f, 1.1f},
        {.44f, 1.24f}, {.36f, 1.38f}, {.24f, 1.43f}, {.22f, 1.46f}}},
    [ART_FLASK_CAP] = {7, {{.25f, 1.45f}, {.25f, 1.47f}, {.25f, 1.72f}, {.24f, 1.76f},
        {.2f, 1.78f}, {.1f, 1.78f}, {0, 1.78f}}},
    [ART_LANTERN] = {9, {{.3f, 0}, {.34f, .01f}, {.62f, .14f}, {.9f, .42f}, {1.0f, .75f},
        {.9f, 1.08f}, {.62f, 1.36f}, {.34f, 1.49f}, {.3f, 1.5f}}},
    [ART_HAT] = {11, {{0, .6f}, {.26f, .59f}, {.42f, .53f}, {.5f, .38f}, {.53f, .14f},
        {.58f, .06f}, {.72f, .05f}, {1.0f, .06f}, {1.25f, .03f}, {1.4f, .0f}, {1.42f, .0f}}},
    [ART_JUG] = {8, {{0, .02f}, {.36f, .0f}, {.44f, .03f}, {.5f, .2f}, {.5f, .5f}, {.42f, .8f},
        {.4f, .95f}, {.44f, 1.08f}}},
    [ART_CAKE] = {9, {{0, .05f}, {.3f, .02f}, {.6f, .0f}, {.92f, .06f}, {1.0f, .18f}, {.9f, .3f},
        {.5f, .36f}, {.2f, .35f}, {0, .34f}}},
    [ART_GOURD] = {14, {{0, .0f}, {.3f, .0f}, {.36f, .03f}, {.6f, .35f}, {.66f, .66f},
        {.52f, 1.0f}, {.3f, 1.2f}, {.26f, 1.3f}, {.36f, 1.48f}, {.4f, 1.68f}, {.3f, 1.9f},
        {.15f, 2.05f}, {.13f, 2.2f}, {.17f, 2.32f}}},
    [ART_LIQUID] = {3, {{0, 0}, {.5f, 0}, {1.0f, 0}}},
    [ART_JAR] = {9, {{0, .02f}, {.34f, 0}, {.4f, .02f}, {.5f, .3f}, {.66f, .75f}, {.68f, 1.0f},
        {.58f, 1.2f}, {.4f, 1.28f}, {.38f, 1.33f}}},
    [ART_JAR_LID] = {8, {{.46f, 1.3f}, {.47f, 1.34f}, {.4f, 1.44f}, {.22f, 1.52f}, {.1f, 1.55f},
        {.07f, 1.6f}, {.12f, 1.68f}, {0, 1.74f}}},
    [ART_SHELL] = {5, {{0, .0f}, {.4f, .03f}, {.7f, .2f}, {.72f, .34f}, {.7f, .4f}}},
    [ART_PEAR] = {9, {{0, .0f}, {.2f, .0f}, {.42f, .12f}, {.5f, .38f}, {.42f, .66f}, {.27f, .88f},
        {.2f, 1.05f}, {.12f, 1.16f}, {0, 1.17f}}},
};

static const struct points cuts[] = {
    [ART_ONEPIECE] = {22, {{0, .42f}, {.1f, .44f}, {.18f, .54f}, {.225f, .75f}, {.24f, 1.02f},
        {.25f, 1.1f}, {.31f, 1.1f}, {.33f, 1.0f}, {.345f, .78f}, {.37f, .58f}, {.44f, .44f},
        {.47f, .36f}, {.42f, .12f}, {.36f, -.1f}, {.37f, -.26f}, {.425f, -.45f}, {.43f, -.52f},
        {.36f, -.62f}, {.25f, -.76f}, {.15f, -.95f}, {.1f, -1.04f}, {0, -1.06f}}},
    [ART_ONEPIECE_BACK] = {10, {{0, .12f}, {.14f, .2f}, {.22f, .5f}, {.25f, 1.02f}, {.3f, 1.08f},
        {.33f, .95f}, {.38f, .55f}, {.4f, .2f}, {.3f, .0f}, {0, -.05f}}},
    [ART_TRUNKS] = {15, {{0, .52f}, {.3f, .53f}, {.5f, .53f}, {.52f, .53f}, {.54f, .48f},
        {.57f, .2f}, {.63f, -.2f}, {.66f, -.46f}, {.65f, -.5f}, {.4f, -.54f}, {.14f, -.52f},
        {.11f, -.5f}, {.08f, -.25f}, {.04f, -.1f}, {0, -.08f}}},
    [ART_RASHGUARD] = {20, {{0, .74f}, {.1f, .76f}, {.17f, .86f}, {.2f, .86f}, {.38f, .78f},
        {.52f, .66f}, {.66f, .3f}, {.8f, -.12f}, {.88f, -.42f}, {.88f, -.45f}, {.76f, -.49f},
        {.73f, -.48f}, {.62f, -.14f}, {.5f, .18f}, {.45f, .26f}, {.43f, .1f}, {.42f, -.3f},
        {.43f, -.78f}, {.42f, -.82f}, {0, -.84f}}},
    [ART_TRIANGLE] = {8, {{0, .5f}, {.03f, .48f}, {.1f, .36f}, {.24f, .08f}, {.34f, -.17f},
        {.33f, -.21f}, {.15f, -.24f}, {0, -.25f}}},
    [ART_BRIEF] = {11, {{0, .24f}, {.3f, .27f}, {.56f, .31f}, {.58f, .3f}, {.58f, .2f},
        {.56f, .17f}, {.36f, .06f}, {.18f, -.13f}, {.1f, -.32f}, {.08f, -.35f}, {0, -.36f}}},
    [ART_TOTE] = {9, {{0, .6f}, {.3f, .6f}, {.6f, .6f}, {.62f, .59f}, {.63f, .3f}, {.62f, -.6f},
        {.6f, -.68f}, {.54f, -.7f}, {0, -.71f}}},
    [ART_FROND] = {8, {{0, 1.0f}, {.05f, .9f}, {.17f, .6f}, {.23f, .3f}, {.2f, .08f},
        {.1f, -.08f}, {.03f, -.16f}, {0, -.2f}}},
    [ART_TEALEAF] = {7, {{0, .5f}, {.04f, .42f}, {.12f, .15f}, {.12f, -.1f}, {.06f, -.32f},
        {.015f, -.44f}, {0, -.5f}}},
    [ART_TOWEL] = {7, {{0, 1.0f}, {.3f, 1.0f}, {.54f, 1.0f}, {.55f, .99f}, {.55f, -.99f},
        {.54f, -1.0f}, {0, -1.0f}}},
    [ART_LABEL] = {7, {{0, .3f}, {.2f, .3f}, {.26f, .3f}, {.27f, .29f}, {.27f, -.29f},
        {.26f, -.3f}, {0, -.3f}}},
};
_Static_assert(COUNT(vessels) == ART_VESSEL_COUNT && COUNT(cuts) == ART_CUT_COUNT,
               "one curve each");

const struct art_curve *art_vessel(struct art_scene *s, enum art_vessel which)
{
    return art_lathe_curve(s, vessels[which].at, vessels[which].count);
}

const struct art_curve *art_cut(struct art_scene *s, enum art_cut which)
{
    return art_outline_curve(s, cuts[which].at, cuts[which].count);
}

void art_studio(struct art_scene *s, int seed, uint32_t floor, uint32_t wall_low,
                uint32_t wall_high)
{
    s->seed = seed;
    s->floor = ART_FLOOR_PLAIN;
    s->floor_a = art_colour(floor);
    s->floor_b = v3_scale(s->floor_a, 0.92f);
    s->wall_a = art_colour(wall_low);
    s->wall_b = art_colour(wall_high);
    s->wall_z = -3.2f;
    s->curve_r = 1.6f;
    s->light = V(-0.75f, 0.85f, 0.55f);
    s->light_colour = V(2.35f, 2.1f, 1.78f);
    s->sky = V(0.42f, 0.48f, 0.58f);
    s->bounce = v3_scale(v3_mix(s->floor_a, V(0.6f, 0.5f, 0.4f), 0.3f), 0.45f);
    s->hardness = 7.0f;
    s->exposure = 0.62f;
    art_camera(s, V(0, 0.8f, 0), 8.5f, 4.0f, 1.6f, 3.4f);
}

void art_table(struct art_scene *s, int seed, enum art_floor floor, uint32_t a, uint32_t b)
{
    art_studio(s, seed, a, a, b);
    s->floor = floor;
    s->floor_a = art_colour(a);
    s->floor_b = art_colour(b);
    s->wall_z = -60.0f;
    s->curve_r = 0.0f;
    s->light = V(-0.62f, 0.78f, -0.38f);
    s->hardness = 9.0f;
    s->eye = V(0, 9.0f, 0.35f);
    s->look_at = V(0, 0, 0);
    s->lens = 5.4f;
}

void art_camera(struct art_scene *s, struct v3 look_at, float distance, float yaw, float height,
                float lens)
{
    float k = yaw * 0.01745329f;
    s->look_at = look_at;
    s->eye = V(look_at.x + distance * sinf(k), look_at.y + height, look_at.z + distance * cosf(k));
    s->lens = lens;
}

void art_teapot(struct art_scene *s, struct v3 at, float size, float yaw, struct art_look look)
{
    static const float spout[][4] = {{.7f, .38f, 0, .19f},
                                     {1.0f, .5f, 0, .13f},
                                     {1.18f, .78f, 0, .085f},
                                     {1.38f, 1.04f, 0, .07f}};
    static const float handle[][4] = {{-.72f, .86f, 0, .06f},
                                      {-1.05f, 1.0f, 0, .065f},
                                      {-1.3f, .78f, 0, .062f},
                                      {-1.22f, .45f, 0, .055f},
                                      {-.78f, .3f, 0, .06f}};
    art_turn(art_add_lathe(s, art_vessel(s, ART_POT), at, size, look), yaw, 0, 0);
    art_turn(art_add_lathe(s, art_vessel(s, ART_POT_LID), at, size, look), yaw + 80, 0, 0);
    art_turn(art_add_tube(s, spout, COUNT(spout), at, size, look), yaw, 0, 0);
    art_turn(art_add_tube(s, handle, COUNT(handle), at, size, look), yaw, 0, 0);
}

void art_gaiwan(struct art_scene *s, struct v3 at, float size, struct art_look look, bool open)
{
    art_add_lathe(s, art_vessel(s, ART_PLATE), at, size * 0.72f, look);
    art_add_lathe(s, art_vessel(s, ART_GAIWAN), V(at.x, at.y + 0.07f * size, at.z), size, look);
    if (open) {
        art_turn(art_add_lathe(s, art_vessel(s, ART_GAIWAN_LID),
                               V(at.x + 0.95f * size, at.y - 0.12f * size, at.z + 0.5f * size),
                               size, look),
                 0, -10, -52);
    } else {
        art_add_lathe(s, art_vessel(s, ART_GAIWAN_LID), V(at.x, at.y + 0.06f * size, at.z), size,
                      look);
    }
}

void art_mug(struct art_scene *s, struct v3 at, float size, float yaw, struct art_look look)
{
    static const float handle[][4] = {{.42f, .85f, 0, .055f},
                                      {.68f, .84f, 0, .055f},
                                      {.8f, .58f, 0, .055f},
                                      {.68f, .32f, 0, .055f},
                                      {.42f, .27f, 0, .055f}};
    art_turn(art_add_lathe(s, art_vessel(s, ART_TUMBLER), at, size, look), yaw, 0, 0);
    art_turn(art_add_tube(s, handle, COUNT(handle), at, size, look), yaw, 0, 0);
}

void art_branch(struct art_scene *s, struct v3 at, float height, float lean, int leaves,
                struct art_look leaf)
{
    float stem[4][4];
    for (int i = 0; i < 4; i++) {
        float k = (float)i / 3.0f;
        stem[i][0] = lean * k * k * height;
        stem[i][1] = k * height;
        stem[i][2] = 0.12f * sinf(k * 4.0f);
        stem[i][3] = 0.03f - 0.018f * k;
    }
    art_add_tube(s, (const float(*)[4])stem, 4, at, 1.0f, art_look_of(ART_MATTE, 0x6b4f3a));
    const struct art_curve *cut = art_cut(s, ART_FROND);
    for (int i = 0; i < leaves; i++) {
        float k = 0.35f + 0.65f * (float)(i + 1) / (float)leaves, side = i % 2 == 0 ? 1.0f : -1.0f;
        struct v3 foot =
            V(at.x + lean * k * k * height, at.y + k * height, at.z + 0.12f * sinf(k * 4.0f));
        struct art_thing *t =
            art_add_sheet(s, cut, foot, 0.42f + 0.2f * art_hash(i, s->seed, 2), leaf);
        t->wall = 0.014f;
        art_turn(t, 40.0f * (art_hash(i, s->seed, 5) - 0.5f),
                 25.0f * (art_hash(i, s->seed, 4) - 0.7f),
                 -side * (38.0f + 32.0f * art_hash(i, s->seed, 3)) - lean * 20.0f);
    }
}
