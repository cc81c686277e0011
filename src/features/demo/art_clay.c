/* Pictures of the ceramics works: celadon, cobalt on white, ox-blood, bare clay. */
#include "art.h"
#include "art_forms.h"

static const uint32_t WHITE = 0xeeece4, CELADON = 0xa9c4b0, COBALT = 0x24448c, CLAY = 0xb9876a;

static void celadon_cups(struct art_scene *s)
{
    art_studio(s, 1, 0xcfc4b4, 0xc9c0b2, 0xa9a294);
    s->gobo = ART_GOBO_WINDOW;
    struct art_look l = art_look_with(ART_GLAZE, 0xa9c9b4, ART_CRACKLE, 0x6f8f7c, 1);
    const struct art_curve *cup = art_vessel(s, ART_CUP);
    art_add_lathe(s, cup, V(-0.55f, 0, 0.1f), 1.25f, l);
    art_add_lathe(s, cup, V(0.8f, 0, -0.55f), 1.25f, l);
    art_turn(art_add_lathe(s, cup, V(0.95f, 0.55f, 0.85f), 1.1f, l), 0, 70, -42);
    art_camera(s, V(0.15f, 0.75f, 0), 8.5f, 6, 2.4f, 3.5f);
}

static void cobalt_teapot(struct art_scene *s)
{
    art_studio(s, 2, 0xbfc7cf, 0xb6c0ca, 0x8596a8);
    art_teapot(s, V(-0.1f, 0, 0), 1.3f, 18, art_look_with(ART_GLAZE, WHITE, ART_BRUSH, COBALT, 1));
    struct art_look cup = art_look_with(ART_GLAZE, WHITE, ART_RINGS, COBALT, 0.92f);
    art_add_lathe(s, art_vessel(s, ART_CUP), V(1.35f, 0, 1.35f), 0.75f, cup);
    art_camera(s, V(0.1f, 0.85f, 0.2f), 8.5f, 0, 2.0f, 3.3f);
}

static void bowls_stack(struct art_scene *s)
{
    art_studio(s, 3, 0xe2d6c6, 0xdccdb9, 0xc2ab90);
    const struct art_curve *bowl = art_vessel(s, ART_BOWL);
    static const uint32_t colours[] = {0x8f9f94, 0xcbb79c, 0x5d6f76, 0xe6ded0};
    for (int i = 0; i < 4; i++)
        art_turn(art_add_lathe(s, bowl, V(0.03f * (float)(i % 2), 0.27f * (float)i, 0),
                               1.12f - 0.05f * (float)i,
                               art_look_with(ART_GLAZE, colours[i], ART_SPECKLE, 0x4d3b2e, 1)),
                 70.0f * (float)i, 0, 0);
    s->gobo = ART_GOBO_LEAVES;
    art_camera(s, V(0, 0.85f, 0), 8.5f, 0, 1.9f, 3.3f);
}

static void meiping(struct art_scene *s)
{
    art_studio(s, 4, 0x8d8478, 0x857c70, 0x5f584f);
    art_add_lathe(s, art_vessel(s, ART_MEIPING), V(0, 0, 0), 1.2f,
                  art_look_with(ART_GLAZE, CELADON, ART_CRACKLE, 0x5f8070, 1));
    art_branch(s, V(0.02f, 2.6f, 0), 1.5f, 0.55f, 9, art_look_of(ART_LEAF, 0x6f7f4a));
    art_camera(s, V(0.2f, 1.95f, 0), 9.5f, 0, 0.9f, 3.2f);
}

static void oxblood(struct art_scene *s)
{
    art_studio(s, 5, 0xcbb8a6, 0xcdb9a5, 0xa98d78);
    art_add_lathe(s, art_vessel(s, ART_LONGNECK), V(-0.35f, 0, 0), 1.15f,
                  art_look_with(ART_GLAZE, 0x8e1f1c, ART_FIRED, 0x3f0d12, 1.6f));
    art_add_ball(s, V(0.85f, 0.34f, 0.55f), V(0.36f, 0.34f, 0.36f),
                 art_look_with(ART_MATTE, 0xd2722a, ART_FIRED, 0xb3541a, 2));
    art_add_ball(s, V(1.35f, 0.3f, -0.25f), V(0.32f, 0.3f, 0.32f),
                 art_look_with(ART_MATTE, 0xd6842f, ART_FIRED, 0xb8601e, 2));
    s->gobo = ART_GOBO_WINDOW;
    art_camera(s, V(0.2f, 1.35f, 0), 9, -4, 1.2f, 3.3f);
}

static void moon_jar(struct art_scene *s)
{
    art_studio(s, 6, 0xd9d5cd, 0xd4d0c8, 0xb3aea5);
    art_add_lathe(s, art_vessel(s, ART_MOON), V(0, 0, 0), 1.3f,
                  art_look_with(ART_GLAZE, 0xefede6, ART_FIRED, 0xe2ddd0, 1));
    s->light = V(-1.0f, 0.55f, 0.25f);
    s->gobo = ART_GOBO_LEAVES;
    art_camera(s, V(0, 1.2f, 0), 9, 0, 0.9f, 3.2f);
}

static void three_bottles(struct art_scene *s)
{
    art_studio(s, 7, 0x9db0ae, 0x96aba9, 0x6f8886);
    art_add_lathe(s, art_vessel(s, ART_LONGNECK), V(-0.95f, 0, 0), 1.05f,
                  art_look_with(ART_MATTE, 0xe9e2d6, ART_SPECKLE, 0x7a5a44, 1));
    art_add_lathe(s, art_vessel(s, ART_GOURD), V(0.25f, 0, -0.5f), 1.3f,
                  art_look_with(ART_GLAZE, 0x2d5a66, ART_FIRED, 0x173a47, 1.4f));
    art_add_lathe(s, art_vessel(s, ART_MOON), V(0.95f, 0, 0.6f), 0.62f,
                  art_look_with(ART_MATTE, 0xd98f6c, ART_SPECKLE, 0x7a3f2a, 1));
    art_camera(s, V(0.05f, 1.3f, 0), 9.5f, 0, 1.1f, 3.5f);
}

static void dipped_mugs(struct art_scene *s)
{
    art_studio(s, 8, 0xe7dfd2, 0xe3d8c8, 0xcdbca4);
    s->floor = ART_FLOOR_WOOD;
    s->floor_a = art_colour(0xb58a5f);
    s->floor_b = art_colour(0x8e6540);
    s->curve_r = 0;
    art_mug(s, V(-0.7f, 0, 0.25f), 1.25f, 200,
            art_look_with(ART_GLAZE, 0xefe8da, ART_DIP, 0xb2714c, 0.42f));
    art_mug(s, V(0.75f, 0, -0.35f), 1.25f, -25,
            art_look_with(ART_GLAZE, 0x8fb0b5, ART_DIP, 0xd7c3a5, 0.42f));
    art_camera(s, V(0.05f, 0.75f, 0), 8.5f, 0, 1.9f, 3.5f);
}

static void rings_plates(struct art_scene *s)
{
    art_table(s, 9, ART_FLOOR_LINEN, 0xcfc8ba, 0xb9b09f);
    const struct art_curve *plate = art_vessel(s, ART_PLATE);
    art_add_lathe(s, plate, V(0, 0, 0), 0.98f,
                  art_look_with(ART_GLAZE, 0xe9e6dc, ART_RINGS, COBALT, 0.235f));
    art_add_lathe(s, plate, V(0, 0.12f, 0), 0.66f,
                  art_look_with(ART_GLAZE, 0x9fbaa8, ART_CRACKLE, 0x5f8070, 1));
    art_add_lathe(s, art_vessel(s, ART_CUP), V(0.78f, 0, -1.3f), 0.6f,
                  art_look_with(ART_GLAZE, 0x27468a, ART_FIRED, 0x1a2f66, 2));
    static const float stick[][4] = {{0, 0, -1.3f, .035f}, {0, 0, 0, .03f}, {0, 0, 1.2f, .018f}};
    art_turn(art_add_tube(s, stick, 3, V(-1.0f, .1f, .55f), 0.9f, art_look_of(ART_MATTE, 0x5a3a28)),
             -18, 0, 0);
    art_turn(art_add_tube(s, stick, 3, V(-0.85f, .1f, .6f), 0.9f, art_look_of(ART_MATTE, 0x5a3a28)),
             -14, 0, 0);
}

static void tiles(struct art_scene *s)
{
    art_table(s, 10, ART_FLOOR_PLAIN, 0xb7a48c, 0xa8937a);
    static const uint32_t colours[] = {0x2d6a78, 0xd9c7a4, 0x9fc0ae, 0xc9694a,
                                       0x24448c, 0xe9e4d8, 0x5b7f86, 0xb98a5c};
    for (int j = 0; j < 4; j++) {
        for (int i = 0; i < 3; i++) {
            int n = i + j * 3;
            struct art_look l =
                art_look_with(ART_GLAZE, colours[n % 8], ART_FIRED, colours[n % 8], 1.2f);
            l.b = v3_scale(l.b, 0.72f);
            if (n % 3 == 1)
                l = art_look_with(ART_GLAZE, 0xe4ddcc, ART_TILE, n % 2 == 0 ? COBALT : 0x2d6a78,
                                  (float)(n % 4));
            struct art_thing *t =
                art_add_box(s, V(-0.92f + 0.92f * (float)i, 0.08f, -1.38f + 0.92f * (float)j),
                            V(0.43f, 0.09f, 0.43f), 0.035f, l);
            art_turn(t, 2.0f * (art_hash(i, j, 1) - 0.5f), 2.0f * (art_hash(i, j, 2) - 0.5f),
                     2.0f * (art_hash(i, j, 3) - 0.5f));
        }
    }
    s->hardness = 14;
}

static void shelf(struct art_scene *s)
{
    art_studio(s, 11, 0x8b6a4c, 0xcabca8, 0xb9a78f);
    s->wall_z = -1.1f;
    s->curve_r = 0;
    struct art_look board = art_look_with(ART_MATTE, 0x9a734f, ART_GRAIN, 0x6f4e33, 1);
    struct art_look bare = art_look_with(ART_MATTE, CLAY, ART_FIRED, 0xa87858, 1.5f),
                    slip = art_look_with(ART_MATTE, 0xd8c8b0, ART_FIRED, 0xc6b296, 2);
    static const enum art_vessel kinds[] = {ART_BOWL,    ART_CUP, ART_LONGNECK,
                                            ART_TUMBLER, ART_JAR, ART_MEIPING};
    static const float sizes[] = {0.42f, 0.6f, 0.42f, 0.55f, 0.6f, 0.42f};
    const struct art_curve *curves[6];
    for (int k = 0; k < 6; k++)
        curves[k] = art_vessel(s, kinds[k]);
    for (int row = 0; row < 3; row++) {
        float y = 1.45f * (float)row;
        if (row > 0)
            art_add_box(s, V(0, y - 0.07f, -0.35f), V(3.4f, 0.07f, 0.72f), 0.02f, board);
        for (int i = 0; i < 5; i++) {
            int k = (row * 2 + i / 2) % 6;
            art_add_lathe(s, curves[k],
                          V(-1.75f + 0.88f * (float)i + 0.1f * art_hash(i, row, 8), y,
                            -0.25f + 0.2f * art_hash(i, row, 4)),
                          sizes[k] * 1.1f, (i + row) % 3 == 0 ? slip : bare);
        }
    }
    s->gobo = ART_GOBO_WINDOW;
    art_camera(s, V(0, 1.9f, 0), 9, -10, 0.5f, 3.2f);
}

static void bowl_of_pears(struct art_scene *s)
{
    art_studio(s, 12, 0x3d474c, 0x39444a, 0x232b30);
    art_add_lathe(s, art_vessel(s, ART_BOWL), V(0, 0, 0), 1.35f,
                  art_look_with(ART_GLAZE, 0xe9e6dc, ART_BRUSH, COBALT, 1));
    const struct art_curve *pear = art_vessel(s, ART_PEAR);
    struct art_look l = art_look_with(ART_MATTE, 0xc2b04c, ART_FIRED, 0xa8742f, 1.6f);
    art_turn(art_add_lathe(s, pear, V(-0.42f, 0.5f, 0.1f), 0.85f, l), 0, 0, 14);
    art_turn(art_add_lathe(s, pear, V(0.45f, 0.55f, -0.15f), 0.85f, l), 0, -14, -22);
    art_turn(art_add_lathe(s, pear, V(1.5f, 0.40f, 1.0f), 0.85f, l), 60, 0, 82);
    art_camera(s, V(0.25f, 0.8f, 0), 9, 0, 2.1f, 3.5f);
}

const struct art_piece art_clay[] = {
    {"clay-cups", "Three celadon tea cups with a fine crackle, in window light",
     "三只带细开片的青瓷茶杯，窗光落在上面", celadon_cups, NULL},
    {"clay-teapot", "White teapot with cobalt branches and a small cup",
     "白瓷茶壶，青花枝叶，旁边一只小杯", cobalt_teapot, NULL},
    {"clay-bowls", "A stack of four speckled bowls", "四只带铁斑的碗叠在一起", bowls_stack, NULL},
    {"clay-meiping", "Tall celadon vase holding a green branch", "青瓷梅瓶，插一枝绿叶", meiping,
     NULL},
    {"clay-oxblood", "Ox-blood bottle vase beside two persimmons", "霁红长颈瓶，旁边两只柿子",
     oxblood, NULL},
    {"clay-moon", "Round white moon jar in leaf shadow", "白瓷满月罐，叶影落在罐身", moon_jar,
     NULL},
    {"clay-trio", "Three bottle vases in sand, deep teal and terracotta",
     "三只花瓶：沙色、深青与陶红", three_bottles, NULL},
    {"clay-mugs", "Two mugs dipped in two glazes on a wooden table", "木桌上两只双色浸釉马克杯",
     dipped_mugs, NULL},
    {"clay-plates", "Plates and chopsticks on linen, from above", "亚麻布上的盘与筷，俯视",
     rings_plates, NULL},
    {"clay-tiles", "Hand-glazed tiles in teal, cobalt, sand and coral",
     "手工上釉的瓷砖：青、蓝、沙、珊瑚红", tiles, NULL},
    {"clay-shelf", "Unglazed vessels drying on workshop shelves", "作坊木架上晾着的素坯", shelf,
     NULL},
    {"clay-pears", "Blue and white bowl with pears before a dark wall", "深色墙前，青花碗里几只梨",
     bowl_of_pears, NULL},
    {0},
};
