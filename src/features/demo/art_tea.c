/* Pictures of the tea house: dark wood, steam, amber, leaf green. */
#include "art.h"
#include "art_forms.h"
#include "art_paint.h"

static void dark_room(struct art_scene *s, int seed)
{
    art_studio(s, seed, 0x5a3f2b, 0x4a4038, 0x2b2622);
    s->floor = ART_FLOOR_WOOD;
    s->floor_a = art_colour(0x6a452b);
    s->floor_b = art_colour(0x4a2e1c);
    s->wall_z = -2.6f;
    s->curve_r = 0;
    s->gloss = 0.35f;
    s->sky = V(0.26f, 0.29f, 0.34f);
    s->exposure = 0.72f;
}

static void liquid(struct art_scene *s, struct v3 at, float radius, uint32_t colour)
{
    struct art_thing *t =
        art_add_lathe(s, art_vessel(s, ART_LIQUID), at, radius, art_look_of(ART_GLAZE, colour));
    t->wall = 0.012f;
}

static void leaves_heap(struct art_scene *s, struct v3 at, float radius, float height, int count,
                        uint32_t a, uint32_t b)
{
    for (int i = 0; i < count; i++) {
        float turn = 6.2832f * art_hash(i, s->seed, 1), far = sqrtf(art_hash(i, s->seed, 2));
        float y = height * (1.0f - far * far) * (0.5f + 0.5f * art_hash(i, s->seed, 3)) + 0.03f;
        float c = 0.15f + 0.1f * art_hash(i, s->seed, 4),
              bend = 0.10f * (art_hash(i, s->seed, 9) - 0.3f);
        float curl[3][4] = {{-c, 0, bend, .012f}, {0, .03f, 0, .034f}, {c, 0, bend, .01f}};
        struct art_thing *t = art_add_tube(
            s, (const float(*)[4])curl, 3,
            V(at.x + radius * far * cosf(turn), at.y + y, at.z + radius * far * sinf(turn)), 1.0f,
            art_look_of(ART_LEAF, i % 3 == 0 ? b : a));
        t->point_count = 6;
        t->no_shadow = i % 2 == 1; /* enough shade in a heap */
        for (int k = 0; k < 6; k++) { /* fewer, longer pieces: there are many leaves */
            t->points[k] = t->points[k * 13 / 5];
            t->radii[k] = t->radii[k * 13 / 5];
        }
        art_turn(t, 360.0f * art_hash(i, s->seed, 5), 50.0f * (art_hash(i, s->seed, 6) - 0.5f),
                 60.0f * (art_hash(i, s->seed, 7) - 0.5f));
    }
}

static void gaiwan(struct art_scene *s)
{
    dark_room(s, 41);
    s->gobo = ART_GOBO_WINDOW;
    art_gaiwan(s, V(0, 0, 0), 1.55f, art_look_with(ART_GLAZE, 0xece9df, ART_BRUSH, 0x2f5a8c, 1),
               false);
    art_camera(s, V(0, 0.75f, 0), 8.5f, 0, 1.7f, 3.2f);
}

static void purple_pot(struct art_scene *s)
{
    dark_room(s, 42);
    art_teapot(s, V(0, 0.12f, 0), 1.2f, -22,
               art_look_with(ART_MATTE, 0x7d4533, ART_FIRED, 0x5f3226, 2));
    art_add_box(s, V(0, 0.06f, 0), V(1.9f, 0.06f, 1.2f), 0.03f,
                art_look_with(ART_MATTE, 0x2b211b, ART_GRAIN, 0x1c1511, 1));
    struct art_look cup = art_look_with(ART_MATTE, 0x8a4c38, ART_FIRED, 0x6a3829, 3);
    art_add_lathe(s, art_vessel(s, ART_CUP), V(-1.2f, 0.12f, 0.85f), 0.5f, cup);
    liquid(s, V(-1.2f, 0.12f + 0.36f, 0.85f), 0.27f, 0xb5651d);
    art_camera(s, V(0, 0.8f, 0), 9, 0, 1.8f, 3.0f);
}

static void glass_jug(struct art_scene *s)
{
    art_studio(s, 43, 0xd8cbb2, 0xd6cab4, 0xa9a78f);
    s->light = V(-0.7f, 0.7f, -0.25f);
    s->gobo = ART_GOBO_LEAVES;
    const struct art_curve *jug = art_vessel(s, ART_JUG);
    art_add_lathe(s, jug, V(-0.25f, 0, 0), 1.7f, art_look_of(ART_GLASS, 0xe6efe6));
    static const float tea[][2] = {{0, .06f},    {.36f, .06f}, {.42f, .1f},  {.46f, .25f},
                                   {.46f, .5f},  {.415f, .7f}, {.41f, .71f}, {.4f, .715f},
                                   {.2f, .715f}, {0, .715f}};
    struct art_thing *t = art_add_lathe(s, art_lathe_curve(s, tea, COUNT(tea)), V(-0.25f, 0, 0),
                                        1.7f, art_look_of(ART_GLAZE, 0xd08a1c));
    t->look.b = t->look.a;
    art_add_lathe(s, art_vessel(s, ART_CUP), V(1.15f, 0, 0.9f), 0.72f,
                  art_look_of(ART_GLAZE, 0xf0ede4));
    liquid(s, V(1.15f, 0.5f, 0.9f), 0.385f, 0xd2932a);
    art_camera(s, V(0.25f, 0.85f, 0), 9, 0, 1.9f, 3.1f);
}

static void tins(struct art_scene *s)
{
    art_studio(s, 44, 0x9aa58c, 0x94a088, 0x6c7a66);
    static const uint32_t colours[] = {0x2f5a46, 0xb5482f, 0xe2d3a8};
    static const float places[][3] = {{-1.0f, 0, -0.2f}, {0.95f, 0, -0.45f}, {0.05f, 0, 0.55f}};
    const struct art_curve *tin = art_vessel(s, ART_TIN), *lid = art_vessel(s, ART_TIN_LID);
    for (int i = 0; i < 3; i++) {
        struct v3 at = V(places[i][0], places[i][1], places[i][2]);
        float size = i == 2 ? 1.15f : 1.45f;
        art_add_lathe(s, tin, at, size,
                      art_look_with(ART_MATTE, colours[i], i == 1 ? ART_PLAIN : ART_WAVES,
                                    i == 2 ? 0xb5482f : 0xd8c48a, 2.0f));
        art_add_lathe(s, lid, at, size, art_look_of(ART_METAL, i == 2 ? 0x8f6a3c : 0xc9a562));
    }
    art_camera(s, V(0, 0.85f, 0), 9, 0, 1.5f, 3.4f);
}

static void tea_cake(struct art_scene *s)
{
    art_table(s, 45, ART_FLOOR_LINEN, 0x7f7263, 0x665a4d);
    s->gobo = ART_GOBO_WINDOW;
    struct art_thing *paper =
        art_add_sheet(s, art_cut(s, ART_TOTE), V(0, 0.03f, 0), 2.0f,
                      art_look_with(ART_CLOTH, 0xe9dfc8, ART_FIRED, 0xd8c9a6, 1.5f));
    paper->slump = 0.06f;
    art_turn(paper, 0, -90, 24);
    art_add_lathe(s, art_vessel(s, ART_CAKE), V(0, 0.08f, 0), 1.0f,
                  art_look_with(ART_MATTE, 0x56452b, ART_FIRED, 0x2b2114, 7));
    leaves_heap(s, V(0, 0.36f, 0), 0.9f, 0.09f, 80, 0x5a4529, 0x2c2314);
    leaves_heap(s, V(1.15f, 0.0f, 1.25f), 0.28f, 0.1f, 22, 0x5a4529, 0x2c2314);
}

static void dish_of_leaves(struct art_scene *s)
{
    art_table(s, 46, ART_FLOOR_WOOD, 0x8a6a4a, 0x6a4c32);
    s->gobo = ART_GOBO_LEAVES;
    art_add_lathe(s, art_vessel(s, ART_PLATE), V(0, 0, 0), 1.05f,
                  art_look_with(ART_GLAZE, 0xe8e4d8, ART_CRACKLE, 0xb5ab94, 1));
    leaves_heap(s, V(0, 0.08f, 0), 0.68f, 0.26f, 100, 0x6f8a3a, 0x44602a);
    static const float spoon[][4] = {{-.9f, 0, 0, .05f},
                                     {-.3f, .02f, 0, .045f},
                                     {.3f, .03f, 0, .06f},
                                     {.62f, 0, 0, .16f},
                                     {.82f, .02f, 0, .12f}};
    art_turn(art_add_tube(s, spoon, 5, V(0.75f, 0.1f, 1.25f), 0.8f,
                          art_look_with(ART_MATTE, 0xb98f5c, ART_GRAIN, 0x96703f, 1)),
             28, 0, 0);
}

static void lanterns(struct art_scene *s)
{
    art_studio(s, 47, 0x4b3a3a, 0x6a5a5e, 0x4a4858);
    s->wall_z = -1.6f;
    s->curve_r = 0;
    s->light = V(-0.5f, 0.8f, 0.6f);
    s->light_colour = V(0.16f, 0.18f, 0.26f);
    s->sky = V(0.10f, 0.13f, 0.22f);
    s->bounce = V(0.10f, 0.05f, 0.02f);
    s->glow_at = V(0.1f, 2.2f, 0.6f);
    s->glow_colour = V(4.6f, 1.9f, 0.65f);
    s->exposure = 0.95f;
    const struct art_curve *paper = art_vessel(s, ART_LANTERN);
    static const float places[][4] = {
        {-0.75f, 2.35f, 0.1f, 0.95f}, {0.95f, 1.35f, 0.25f, 0.72f}, {0.55f, 3.45f, -0.5f, 0.55f}};
    for (int i = 0; i < 3; i++) {
        struct v3 at = V(places[i][0], places[i][1], places[i][2]);
        float size = places[i][3];
        art_add_lathe(s, paper, at, size,
                      art_look_with(ART_GLOW, 0xf06a26, ART_RIBS, 0xffb45a, 22));
        struct art_look frame = art_look_of(ART_MATTE, 0x2a1712);
        art_add_lathe(s, art_vessel(s, ART_LIQUID), V(at.x, at.y + 1.52f * size, at.z),
                      0.36f * size, frame)
            ->wall = 0.12f;
        art_add_lathe(s, art_vessel(s, ART_LIQUID), V(at.x, at.y - 0.02f, at.z), 0.34f * size,
                      frame)
            ->wall = 0.12f;
        float cord[2][4] = {{0, 1.5f, 0, .015f}, {0, 6, 0, .015f}},
              fringe[3][4] = {{0, 0, 0, .07f}, {.01f, -.3f, 0, .06f}, {0, -.62f, 0, .075f}};
        art_add_tube(s, (const float(*)[4])cord, 2, at, size, frame);
        art_add_tube(s, (const float(*)[4])fringe, 3, at, size, art_look_of(ART_CLOTH, 0xb5321f));
    }
    art_camera(s, V(0, 2.55f, 0), 10, 0, -0.2f, 3.2f);
}

static void tray(struct art_scene *s)
{
    dark_room(s, 48);
    s->gobo = ART_GOBO_BLINDS;
    struct art_look bamboo = art_look_with(ART_MATTE, 0xb98d52, ART_GRAIN, 0x93693a, 1);
    for (int i = 0; i < 9; i++)
        art_add_box(s, V(0, 0.1f, -1.12f + 0.28f * (float)i), V(2.0f, 0.06f, 0.12f), 0.03f, bamboo);
    art_add_box(s, V(0, 0.05f, 0), V(1.9f, 0.03f, 1.2f), 0.01f, art_look_of(ART_MATTE, 0x1a1310));
    art_gaiwan(s, V(-0.75f, 0.16f, -0.25f), 0.95f, art_look_of(ART_GLAZE, 0xf0eee6), true);
    for (int i = 0; i < 3; i++) {
        struct v3 at = V(0.35f + 0.62f * (float)i, 0.16f, 0.75f - 0.42f * (float)i);
        art_add_lathe(s, art_vessel(s, ART_CUP), at, 0.5f, art_look_of(ART_GLAZE, 0xa9c4b0));
        liquid(s, V(at.x, at.y + 0.36f, at.z), 0.27f, 0xc98a22);
    }
    art_camera(s, V(0.05f, 0.6f, 0), 9, -8, 2.6f, 3.1f);
}

static void blossom(struct art_scene *s)
{
    art_studio(s, 49, 0xa3aa97, 0x9ca48f, 0x767f6c);
    s->gobo = ART_GOBO_WINDOW;
    art_add_lathe(s, art_vessel(s, ART_BOWL), V(0, 0, 0), 1.4f,
                  art_look_with(ART_GLAZE, 0x39503f, ART_FIRED, 0x24352a, 1.5f));
    leaves_heap(s, V(0, 0.66f, 0), 1.1f, 0.35f, 80, 0x7f9a4a, 0x56743a);
    for (int i = 0; i < 26; i++) {
        float turn = 6.2832f * art_hash(i, 49, 1), far = 0.95f * sqrtf(art_hash(i, 49, 2));
        float y = 0.8f + 0.36f * (1.0f - far * far) + 0.06f * art_hash(i, 49, 3);
        struct v3 at = V(far * cosf(turn), y, far * sinf(turn));
        for (int k = 0; k < 3; k++) {
            struct v3 half = V(0.09f, 0.035f, 0.055f);
            art_turn(art_add_ball(s,
                                  V(at.x + 0.05f * cosf((float)k * 2.1f), at.y,
                                    at.z + 0.05f * sinf((float)k * 2.1f)),
                                  half, art_look_of(ART_LEAF, 0xf6f0de)),
                     120.0f * (float)k + 50.0f * (float)i, 0, 20);
        }
    }
    art_camera(s, V(0, 0.7f, 0), 9, 0, 2.8f, 3.2f);
}

static void canister(struct art_scene *s)
{
    art_studio(s, 50, 0xcab59a, 0xc8b296, 0x9f8468);
    s->gobo = ART_GOBO_LEAVES;
    struct art_look glaze = art_look_with(ART_GLAZE, 0x6f7f6a, ART_DIP, 0x8a5f42, 0.45f);
    art_add_lathe(s, art_vessel(s, ART_JAR), V(-0.3f, 0, 0), 1.45f, glaze);
    art_add_lathe(s, art_vessel(s, ART_JAR_LID), V(-0.3f, 0, 0), 1.45f,
                  art_look_of(ART_MATTE, 0x6b4a32));
    leaves_heap(s, V(1.15f, 0, 0.9f), 0.42f, 0.16f, 60, 0x54683a, 0x33452a);
    art_camera(s, V(0.15f, 1.15f, 0), 9, 0, 1.4f, 3.0f);
}

const struct art_piece art_tea[] = {
    {"tea-gaiwan", "Gaiwan with blue brushwork on a dark polished table", "深色漆桌上的青花盖碗",
     gaiwan, NULL},
    {"tea-pot", "Purple clay teapot and a small cup on a tray", "茶盘上的紫砂壶与小杯", purple_pot,
     NULL},
    {"tea-jug", "Glass jug of amber tea and a white cup", "玻璃公道杯里的琥珀色茶汤与白瓷杯",
     glass_jug, NULL},
    {"tea-tins", "Three tea tins with brass lids", "三只铜盖茶罐", tins, NULL},
    {"tea-cake", "Pressed tea cake on its paper", "棉纸上的普洱茶饼", tea_cake, NULL},
    {"tea-leaves", "Green tea leaves on a dish, seen from above", "俯视：白盘里的绿茶",
     dish_of_leaves, NULL},
    {"tea-lanterns", "Three paper lanterns at night", "夜里的三盏纸灯笼", lanterns, NULL},
    {"tea-tray", "Bamboo tray with gaiwan and three celadon cups", "竹茶盘，盖碗与三只青瓷小杯",
     tray, NULL},
    {"tea-jasmine", "Green tea with jasmine blossoms in a dark bowl", "深色碗里的茉莉花茶", blossom,
     NULL},
    {"tea-canister", "Two-coloured tea jar with a wooden lid and loose leaves",
     "双色釉茶叶罐，木盖，旁边一撮茶叶", canister, NULL},
    {"tea-mist", "Hills in mist at sunrise", "晨雾里的远山", NULL, art_paint_mist},
    {"tea-terraces", "Rows of tea bushes on a misty slope", "薄雾山坡上的一行行茶树", NULL,
     art_paint_terraces},
    {"tea-rain", "Street of lanterns through a rainy window", "雨窗外的灯笼街", NULL,
     art_paint_rain},
    {0},
};
