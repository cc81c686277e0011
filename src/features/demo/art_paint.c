/* Landscapes in layers, far to near; see art_paint.h. Colours are linear light. */
#include "art_paint.h"

#include "art_math.h"

static void give(struct v3 c, float *rgb)
{
    rgb[0] = c.x;
    rgb[1] = c.y;
    rgb[2] = c.z;
}

static float ridge(float x, float seed, float height, float rough)
{
    float n = art_clouds(x * rough + seed * 17.0f, seed, 0.5f, 5);
    return height * (0.25f + 1.1f * n);
}

void art_paint_mist(float x, float y, float *rgb)
{
    struct v3 c = v3_mix(art_colour(0xf1e6d2), art_colour(0xb9cbc9), stepf(0.0f, 0.9f, y));
    float sun = sqrtf((x - 0.68f) * (x - 0.68f) + (y - 0.26f) * (y - 0.26f));
    c = v3_along(c, art_colour(0xf5b27a), 0.5f * gaussf(sun, 0.22f));
    c = v3_mix(c, V(1.35f, 0.95f, 0.62f), stepf(0.066f, 0.06f, sun));
    for (int i = 0; i < 7; i++) {
        float k = (float)i / 6.0f;
        float top = 0.42f + 0.125f * (float)i -
                    ridge(x, (float)i + 1.3f, 0.30f - 0.16f * k, 2.1f + 1.3f * k);
        float depth = y - top;
        struct v3 ink = v3_mix(art_colour(0x9fb4b3), art_colour(0x1c3a36), powf(k, 0.8f));
        float trees = i > 3 ? 0.012f * art_noise(x * 120.0f, (float)i, 0) +
                                  0.01f * art_noise(x * 260.0f, (float)i, 2)
                            : 0.0f;
        float body = stepf(-0.0018f, 0.0018f, depth + trees);
        float mist = stepf(0.0f, 0.22f + 0.1f * art_noise(x * 3.0f, (float)i * 5.0f, 0), depth) *
                     (0.93f - 0.6f * k * k);
        struct v3 hill = v3_mix(ink, art_colour(0xd5dcd4), mist);
        hill = v3_scale(hill, 0.94f + 0.12f * art_clouds(x * 14.0f, y * 22.0f, (float)i, 3));
        c = v3_mix(c, hill, body);
    }
    give(c, rgb);
}

void art_paint_shore(float x, float y, float *rgb)
{
    float along = x * 0.75f + y * 0.55f;
    float edge = 0.86f + 0.10f * art_clouds(x * 2.2f - y * 2.6f, 3.0f, 0.4f, 3) +
                 0.05f * art_noise(x * 6.0f - y * 6.0f, 8.0f, 1.0f) - 0.09f;
    float sea = along - edge + 0.28f; /* > 0: water */
    struct v3 sand =
        v3_mix(art_colour(0xe4cfae), art_colour(0xcfb38c), art_clouds(x * 9.0f, y * 9.0f, 2, 5));
    sand = v3_scale(sand, 0.9f + 0.2f * art_noise(x * 400.0f, y * 400.0f, 1.0f));
    sand = v3_mix(sand, art_colour(0xa98a63),
                  0.75f * stepf(-0.16f, -0.01f, sea + 0.02f * art_noise(x * 9, y * 9, 3)));
    struct v3 water = v3_mix(art_colour(0x9adbd0), art_colour(0x1f9fa8), stepf(0.0f, 0.22f, sea));
    water = v3_mix(water, art_colour(0x0b5f7c),
                   stepf(0.18f, 0.62f, sea + 0.12f * (art_clouds(x * 3, y * 3, 5, 4) - 0.5f)));
    float wx = x * 26.0f + 4.0f * art_clouds(x * 7.0f, y * 7.0f, 1, 3),
          wy = y * 26.0f + 4.0f * art_clouds(x * 7.0f, y * 7.0f, 8, 3);
    float f, g, own;
    art_cells(wx, wy, &f, &g, &own);
    float net = powf(1.0f - clampf((g - f) * 1.6f, 0.0f, 1.0f), 4.0f);
    water = v3_scale(water, 0.95f + 0.3f * net * stepf(0.5f, 0.02f, sea));
    struct v3 c = v3_mix(sand, water, stepf(-0.012f, 0.03f, sea));
    static const float lines[][3] = {
        {0.0f, 0.030f, 1.0f}, {0.10f, 0.045f, 0.75f}, {0.23f, 0.05f, 0.45f}};
    for (int i = 0; i < 3; i++) {
        float at =
            lines[i][0] + 0.035f * (art_clouds(x * 5.0f, y * 5.0f, 11.0f + (float)i, 3) - 0.5f);
        float d = sea - at;
        art_cells(x * 60.0f + 5.0f * art_noise(x * 20, y * 20, 2), y * 60.0f + (float)i * 9.0f, &f,
                  &g, &own);
        float holes = stepf(0.05f, 0.35f, g - f);
        float crest = stepf(-0.006f, 0.004f, d) * stepf(lines[i][1], 0.0f, d);
        float lace =
            stepf(0.0f, 0.01f, d) * stepf(lines[i][1] * 3.2f, 0.0f, d) * (1.0f - holes) * 0.7f;
        c = v3_mix(c, V(1.05f, 1.06f, 1.04f),
                   clampf((crest * (1.0f - 0.55f * holes) + lace) * lines[i][2], 0.0f, 0.95f));
    }
    float wash =
        stepf(0.012f, 0.0f, fabsf(sea + 0.075f + 0.03f * art_clouds(x * 6, y * 6, 21, 3))) * 0.25f;
    give(v3_mix(c, art_colour(0xefe2cc), wash), rgb);
}

void art_paint_dawn(float x, float y, float *rgb)
{
    float horizon = 0.60f;
    struct v3 c;
    float sx = x - 0.36f;
    if (y < horizon) {
        float k = y / horizon;
        c = v3_mix(art_colour(0x5d8fb0), art_colour(0xf6c9a0), stepf(0.05f, 1.0f, k));
        c = v3_mix(c, art_colour(0xf59a78), 0.55f * stepf(0.72f, 1.0f, k));
        float cloud = art_clouds(x * 1.6f + 3.0f, y * 7.0f, 2.0f, 5);
        c = v3_mix(c, v3_mix(art_colour(0xfbe3cb), art_colour(0xd9806e), stepf(0.2f, 0.9f, k)),
                   stepf(0.5f, 0.72f, cloud) * 0.7f);
        float d = sqrtf(sx * sx + (y - 0.535f) * (y - 0.535f));
        c = v3_along(c, art_colour(0xffc48a), 0.7f * gaussf(d, 0.2f));
        c = v3_mix(c, V(2.4f, 1.7f, 1.0f), stepf(0.046f, 0.041f, d));
    } else {
        float depth = (y - horizon) / 0.65f, far = 1.0f / (depth + 0.035f);
        float wave = art_clouds(x * far * 1.3f + 4.0f, far * 5.5f, 1.0f, 4) +
                     0.35f * (art_noise(x * far * 6.0f, far * 22.0f, 3.0f) - 0.5f);
        c = v3_mix(art_colour(0xd99a80), art_colour(0x14566a), stepf(0.0f, 0.55f, depth));
        c = v3_mix(c, art_colour(0x0b3546), stepf(0.35f, 1.0f, depth) * 0.8f);
        c = v3_scale(c, 0.62f + 0.75f * wave);
        float path = gaussf(sx, 0.035f + 0.16f * depth);
        float glint = stepf(0.52f, 0.66f, wave);
        c = v3_along(c, V(1.9f, 1.15f, 0.62f), path * glint * (1.0f - 0.45f * depth));
        c = v3_along(c, art_colour(0xf6b48c), 0.25f * stepf(0.6f, 0.8f, wave) * (1.0f - depth));
        float foam =
            stepf(0.80f, 0.92f, wave + 0.25f * depth * art_noise(x * 40.0f, y * 90.0f, 2.0f));
        c = v3_mix(c, art_colour(0xf2e4d8), 0.5f * foam * stepf(0.5f, 1.0f, depth));
    }
    give(c, rgb);
}

/* One coral: branches that fork upward, as a mask. */
static float coral(float x, float y, float seed)
{
    float best = 0.0f;
    for (int i = 0; i < 9; i++) {
        float lean = (art_hash(i, (int)seed, 2) - 0.5f) * 1.9f,
              tall = 0.55f + 0.45f * art_hash(i, (int)seed, 3);
        float along = y / tall;
        if (along < 0.0f || along > 1.0f)
            continue;
        float mid = lean * along * (0.35f + 0.65f * along) * 0.5f +
                    0.035f * sinf(along * 11.0f + (float)i * 2.0f);
        float fork = along > 0.5f ? 0.13f * (along - 0.5f) * (along - 0.5f) * 4.0f : 0.0f;
        float width = 0.036f * (1.15f - 0.6f * along) + 0.006f * sinf(along * 60.0f);
        float d = minf(fabsf(x - mid - fork), fabsf(x - mid + fork * 0.8f));
        best = maxf(best, stepf(width + 0.004f, width - 0.004f, d) *
                               (0.55f + 0.45f * stepf(width, 0.0f, d)));
    }
    return best;
}

void art_paint_reef(float x, float y, float *rgb)
{
    struct v3 c = v3_mix(art_colour(0x7fd6d2), art_colour(0x0a4a66),
                         stepf(-0.1f, 1.05f, y + 0.25f * fabsf(x - 0.42f)));
    float angle = (x - 0.42f) / (y + 0.55f);
    float rays = art_clouds(angle * 11.0f, 1.0f, y * 0.4f, 3);
    c = v3_along(c, art_colour(0xbff3e6), 0.75f * stepf(0.45f, 0.8f, rays) * stepf(1.0f, 0.0f, y));
    for (int i = 0; i < 26; i++) { /* a school of fish */
        float fx = 0.3f + 0.5f * art_hash(i, 1, 1) + 0.06f * sinf((float)i),
              fy = 0.26f + 0.26f * art_hash(i, 2, 1) + 0.1f * (fx - 0.5f);
        float size = 0.016f + 0.010f * art_hash(i, 3, 1), px = (x - fx) / size,
              py = (y - fy) / size * 2.3f;
        float body = stepf(1.05f, 0.9f, sqrtf(px * px + py * py));
        float tail = stepf(0.1f, 0.0f, fabsf(py) - (px - 0.85f) * 1.2f) * stepf(0.8f, 0.9f, px) *
                     stepf(1.6f, 1.5f, px);
        c = v3_mix(c, art_colour(i % 4 == 0 ? 0xf2b04a : 0x12566b),
                   maxf(body, tail) * (i % 4 == 0 ? 0.95f : 0.6f));
    }
    static const struct {
        float x, base, size;
        uint32_t colour;
        float haze;
    } corals[] = {
        {0.16f, 1.02f, 0.36f, 0x3d8f98, 0.55f}, {0.62f, 1.00f, 0.34f, 0x4f8f9c, 0.6f},
        {0.88f, 1.04f, 0.46f, 0x8f5f86, 0.35f}, {0.42f, 1.12f, 0.42f, 0xe0694c, 0.12f},
        {0.08f, 1.22f, 0.56f, 0xf08a62, 0.0f},  {0.72f, 1.25f, 0.5f, 0xd9486a, 0.0f},
        {0.98f, 1.27f, 0.36f, 0xf2b45c, 0.0f},
    };
    for (size_t i = 0; i < COUNT(corals); i++) {
        float ground = corals[i].base + 0.03f * art_clouds(x * 5.0f, (float)i * 3.0f, 1.0f, 3);
        struct v3 deep = art_colour(0x0f5f77);
        float m = coral((x - corals[i].x) / corals[i].size,
                        (corals[i].base + 0.02f - y) / corals[i].size, (float)i + 2.0f);
        struct v3 tint = v3_mix(v3_scale(art_colour(corals[i].colour),
                                         0.6f + 0.75f * (corals[i].base - y) / corals[i].size),
                                deep, corals[i].haze);
        float speck = 0.85f + 0.3f * art_noise(x * 150.0f, y * 150.0f, 2.0f);
        c = v3_mix(c, v3_scale(tint, speck * (0.45f + 0.55f * m)), stepf(0.2f, 0.5f, m));
        struct v3 rock =
            v3_mix(v3_scale(art_colour(0x24505a),
                            0.5f + 0.9f * art_clouds(x * 16.0f, y * 16.0f, (float)i, 4)),
                   deep, corals[i].haze);
        if (fabsf(x - corals[i].x) < 0.9f)
            c = v3_mix(
                c, rock,
                stepf(0.0f, 0.012f, y - ground - 0.4f * (x - corals[i].x) * (x - corals[i].x)));
    }
    for (int i = 0; i < 24; i++) { /* bubbles */
        float bx = 0.14f + 0.13f * art_hash(i, 7, 7), by = 0.15f + 0.75f * art_hash(i, 8, 7),
              r = 0.003f + 0.006f * art_hash(i, 9, 7);
        float d = sqrtf((x - bx) * (x - bx) + (y - by) * (y - by));
        c = v3_along(c, V(0.7f, 0.9f, 0.9f), 0.5f * stepf(0.0016f, 0.0f, fabsf(d - r)));
    }
    give(c, rgb);
}

void art_paint_terraces(float x, float y, float *rgb)
{
    struct v3 c = v3_mix(art_colour(0xdfe7dc), art_colour(0xf5e2bd), stepf(0.0f, 0.42f, y));
    for (int i = 0; i < 3; i++) {
        float top = 0.30f + 0.07f * (float)i - ridge(x, (float)i + 9.0f, 0.13f, 2.2f);
        float k = (float)i / 2.0f;
        struct v3 hill = v3_mix(art_colour(0xaebfb4), art_colour(0x6f9072), k);
        c = v3_mix(c, v3_mix(hill, art_colour(0xe6e6d2), stepf(0.0f, 0.16f, y - top) * 0.8f),
                   stepf(-0.002f, 0.002f, y - top));
    }
    float brow = 0.47f - 0.10f * sinf(x * 2.6f + 0.5f) - 0.03f * art_noise(x * 4.0f, 2.0f, 1.0f);
    if (y > brow) {
        float down = y - brow, far = logf(1.0f + down * 9.0f);
        float bend =
            0.55f * sinf(x * 3.0f + 0.8f) + 0.35f * x + 0.14f * art_noise(x * 3.0f, y * 2.0f, 4.0f);
        float row = far * 5.6f + bend * (0.8f + down), in = row - wholef(row);
        float leaf = art_clouds(x * (70.0f - 40.0f * down), y * (95.0f - 50.0f * down), 2.0f, 4);
        float bump = sinf(3.1416f * clampf((in + 0.18f * (leaf - 0.5f)) / 0.8f, 0.0f, 1.0f));
        struct v3 bush =
            v3_mix(art_colour(0x14361f), art_colour(0x86a83e),
                   clampf(bump * 0.55f + 0.75f * (leaf - 0.35f) + 0.25f * stepf(0.35f, 0.0f, in),
                          0.0f, 1.0f));
        struct v3 path = art_colour(0x5a4a30);
        c = v3_mix(v3_scale(path, 0.45f + 0.3f * leaf), bush, stepf(0.08f, 0.35f, bump));
        c = v3_scale(c, 0.72f + 0.55f * art_clouds(x * 1.7f + 2.0f, y * 1.7f, 3.0f, 2));
        c = v3_mix(c, art_colour(0xe9e6c8), 0.55f * stepf(0.22f, 0.0f, down));
    }
    float haze =
        stepf(0.5f, 0.75f, art_clouds(x * 1.4f, y * 6.0f, 8.0f, 4)) * gaussf(y - 0.42f, 0.14f);
    give(v3_mix(c, art_colour(0xf2eeda), 0.6f * haze), rgb);
}

void art_paint_rain(float x, float y, float *rgb)
{
    /* Drops on the glass bend what is behind them. */
    float f, g, own, lens = 0.0f;
    art_cells(x * 21.0f, y * 21.0f, &f, &g, &own);
    float px = x, py = y;
    if (own > 0.5f && f < 0.34f * own) {
        lens = 1.0f - f / (0.34f * own);
        py = y + 0.16f * (0.4f - lens);
        px = x - 0.05f * lens;
    }
    struct v3 c = v3_mix(art_colour(0x101c2b), art_colour(0x2a1c22), stepf(0.1f, 1.1f, py));
    c = v3_along(c, art_colour(0x7a3a1e), 0.35f * gaussf(py - 0.72f, 0.28f));
    static const uint32_t lights[] = {0xff9a3c, 0xffc46b, 0xff6a3c, 0x7fc4b8, 0xffe2a8};
    for (int i = 0; i < 34; i++) {
        float lane = art_hash(i, 1, 3), bx = lane < 0.5f
                                                 ? 0.5f - 0.5f * powf(art_hash(i, 2, 3), 0.7f)
                                                 : 0.5f + 0.5f * powf(art_hash(i, 3, 3), 0.7f);
        float by = 0.62f - 0.5f * fabsf(bx - 0.5f) * (0.6f + art_hash(i, 5, 3)),
              r = 0.018f + 0.085f * fabsf(bx - 0.5f) * (0.6f + 0.8f * art_hash(i, 4, 3));
        float d = sqrtf((px - bx) * (px - bx) + (py - by) * (py - by));
        float disc = stepf(r, r * 0.88f, d) * (0.62f + 0.38f * stepf(r * 0.6f, r, d));
        c = v3_along(c, art_colour(lights[i % 5]), disc * (0.35f + 0.4f * art_hash(i, 6, 3)));
        float sheen = gaussf(px - bx, r * 0.7f) * stepf(0.78f, 0.9f, py) *
                      (0.6f + 0.4f * art_noise(px * 20.0f, py * 90.0f, 1.0f));
        c = v3_along(c, art_colour(lights[i % 5]), 0.13f * sheen);
    }
    if (lens > 0.0f)
        c = v3_along(v3_scale(c, 0.75f + 0.5f * lens), V(0.6f, 0.65f, 0.7f),
                     0.25f * stepf(0.75f, 0.95f, lens));
    float track = art_noise(x * 14.0f, 2.0f, 3.0f);
    c = v3_scale(c, 1.0f - 0.18f * stepf(0.78f, 0.9f, track));
    float bar = minf(fabsf(x - 0.5f), 9.0f),
          frame = maxf(stepf(0.021f, 0.018f, bar), stepf(0.021f, 0.018f, fabsf(y - 0.46f)));
    frame = maxf(frame, stepf(1.13f, 1.134f, y));
    struct v3 wood =
        v3_scale(art_colour(0x2a1a12), 0.6f + 0.8f * art_clouds(x * 60.0f, y * 6.0f, 2.0f, 3));
    give(v3_mix(v3_scale(c, 1.25f), wood, frame), rgb);
}
