/* What things are made of: the colours of glazes, cloth, wood and floors, and what stands before
 * the light. */
#include "art_scene.h"

static float line(float x, float at, float width)
{
    return stepf(width, width * 0.4f, fabsf(x - at));
}

/* Branches as in coral or brushwork: thin ridges of a warped noise. */
static float branches(float x, float y, float z, float thin)
{
    float wx = x + 0.5f * art_clouds(x * 1.3f, y * 1.3f, z, 3),
          wy = y + 0.5f * art_clouds(x * 1.3f + 9.0f, y * 1.3f, z, 3);
    float ridge = fabsf(art_noise(wx * 2.0f, wy * 2.0f, z + 2.0f) - 0.5f);
    float patch = stepf(0.30f, 0.46f, art_noise(x * 0.9f + 4.0f, y * 0.9f, z + 7.0f));
    return stepf(thin, thin * 0.45f, ridge) * patch;
}

static float scales(float x, float y)
{
    float best = 0.0f;
    for (int row = 0; row < 3; row++) {
        float j = wholef(y * 2.0f) - (float)row;
        float cx = x - 0.5f * fmodf(fabsf(j), 2.0f);
        cx -= wholef(cx + 0.5f);
        float cy = y - j * 0.5f - 0.1f;
        float r = sqrtf(cx * cx + cy * cy);
        if (r < 0.52f) {
            float ring = fabsf(r / 0.13f - wholef(r / 0.13f) - 0.5f);
            return stepf(0.28f, 0.14f, ring);
        }
    }
    return best;
}

static float painted_tile(float x, float y, int which)
{
    float r = sqrtf(x * x + y * y), angle = atan2f(y, x);
    float corner =
        sqrtf((fabsf(x) - 1.0f) * (fabsf(x) - 1.0f) + (fabsf(y) - 1.0f) * (fabsf(y) - 1.0f));
    float petals = which == 0   ? stepf(0.02f, -0.02f, r - 0.62f * fabsf(cosf(angle * 2.0f)))
                   : which == 1 ? stepf(0.02f, -0.02f, r - 0.34f - 0.22f * cosf(angle * 8.0f))
                   : which == 2 ? stepf(0.03f, 0.0f, fabsf(fabsf(x) + fabsf(y) - 0.62f) - 0.07f)
                                : line(r, 0.55f, 0.09f);
    float heart = stepf(0.14f, 0.11f, r);
    float corners = maxf(stepf(0.30f, 0.27f, corner), line(corner, 0.46f, 0.06f));
    return maxf(maxf(petals * (1.0f - heart), corners), which == 3 ? heart : 0.0f) * 0.92f;
}

/* Two quarter turns around the thing meet at its back, where nobody looks. */
static float around(struct v3 q)
{
    return atan2f(q.x, q.z);
}

static float pattern_amount(const struct art_look *l, struct v3 q, int seed)
{
    float z = (float)seed * 3.7f;
    switch (l->pattern) {
    case ART_SPECKLE: {
        float f, g, own;
        art_cells(around(q) * 14.0f + z, q.y * 22.0f + q.x * 5.0f, &f, &g, &own);
        return own > 0.55f ? stepf(0.26f * own, 0.12f * own, f) * 0.85f : 0.0f;
    }
    case ART_DIP: {
        float edge = l->k + 0.05f * sinf(around(q) * 2.0f + z) + 0.03f * sinf(around(q) * 5.0f);
        return stepf(edge + 0.012f, edge - 0.012f, q.y);
    }
    case ART_RINGS:
        return maxf(maxf(line(q.y, l->k * 0.96f, 0.03f), line(q.y, l->k * 0.86f, 0.014f)),
                     line(q.y, l->k * 0.12f, 0.022f));
    case ART_BRUSH: {
        float tone = branches(around(q) * 1.35f + z, q.y * 1.5f, z, 0.06f);
        return tone * (0.75f + 0.25f * art_noise(q.x * 30.0f, q.y * 30.0f, q.z * 30.0f));
    }
    case ART_WAVES:
        return scales(around(q) * l->k, q.y * l->k * 1.1f) * 0.9f;
    case ART_CRACKLE: {
        float f, g, own;
        art_cells(around(q) * 5.0f + z, q.y * 6.0f, &f, &g, &own);
        return stepf(0.045f, 0.012f, g - f) * 0.4f;
    }
    case ART_STRIPES: {
        float x = (l->k > 0.0f ? q.x : q.y) * fabsf(l->k);
        return stepf(0.23f, 0.27f, fabsf(x - wholef(x) - 0.5f));
    }
    case ART_FRONDS:
        return maxf(branches(q.x * 3.4f + z, q.y * 3.4f, z + 3.0f, 0.085f),
                     branches(q.x * 5.1f + z, q.y * 5.1f, z + 8.0f, 0.07f));
    case ART_GRAIN:
        return stepf(
            0.25f, 0.8f,
            art_clouds(q.x * 1.2f * l->k,
                       q.y * 9.0f + q.z * 9.0f + 1.5f * art_noise(q.x * l->k, q.z * 2.0f, z), z,
                       4));
    case ART_RIBS:
        return 0.5f - 0.5f * cosf(around(q) * l->k);
    case ART_WEAVE:
        return 0.5f + 0.25f * sinf(q.x * l->k * 6.2832f) + 0.25f * sinf(q.y * l->k * 6.2832f);
    case ART_FIRED:
        return stepf(0.3f, 0.72f, art_clouds(q.x * l->k + z, q.y * l->k * 1.2f, q.z * l->k, 4));
    case ART_DOTS: {
        float x = q.x * l->k, y = q.y * l->k;
        x += 0.5f * fmodf(fabsf(wholef(y)), 2.0f);
        float dx = x - wholef(x) - 0.5f, dy = y - wholef(y) - 0.5f;
        return stepf(0.24f, 0.19f, sqrtf(dx * dx + dy * dy));
    }
    case ART_TILE:
        return painted_tile(q.x / 0.43f, q.z / 0.43f, (int)l->k);
    case ART_PLAIN:
    default:
        return 0.0f;
    }
}

struct v3 art_look_colour(const struct art_look *l, struct v3 q, int seed)
{
    struct v3 c = v3_mix(l->a, l->b, pattern_amount(l, q, seed));
    /* Nothing fired, dyed or grown is of one colour. */
    float uneven = art_clouds(q.x * 2.1f + (float)seed, q.y * 2.1f, q.z * 2.1f, 3) - 0.5f;
    return v3_scale(c, 1.0f + 0.16f * uneven);
}

static struct v3 floor_wood(const struct art_scene *s, struct v3 p)
{
    float plank = wholef(p.z / 1.35f + 40.0f);
    float inside = p.z / 1.35f + 40.0f - plank;
    float shift = art_hash((int)plank, s->seed, 3) * 20.0f;
    float grain = art_clouds(p.x * 0.5f + shift,
                             p.z * 7.0f + 1.2f * art_noise(p.x * 0.7f + shift, p.z, 0), shift, 4);
    struct v3 c = v3_mix(s->floor_a, s->floor_b, stepf(0.25f, 0.8f, grain));
    c = v3_scale(c, 0.86f + 0.28f * art_hash((int)plank, s->seed, 9));
    return v3_scale(c, 0.35f + 0.65f * stepf(0.0f, 0.018f, minf(inside, 1.0f - inside)));
}

/* Light drawn together by small waves. */
static float caustics(float x, float y)
{
    float sum = 0.0f;
    for (int i = 0; i < 2; i++) {
        float f, g, own;
        float k = i == 0 ? 0.62f : 1.05f;
        float wx = x * k + 0.45f * art_noise(x * 0.9f + (float)i * 7.0f, y * 0.9f, 1.0f);
        float wy = y * k + 0.45f * art_noise(x * 0.9f + 5.0f, y * 0.9f + (float)i * 3.0f, 2.0f);
        art_cells(wx, wy, &f, &g, &own);
        float ridge = 1.0f - clampf((g - f) * 2.1f, 0.0f, 1.0f);
        sum += ridge * ridge * ridge * (i == 0 ? 0.65f : 0.4f);
    }
    return sum;
}

struct v3 art_floor_colour(const struct art_scene *s, struct v3 p)
{
    float z = (float)s->seed;
    switch (s->floor) {
    case ART_FLOOR_WOOD:
        return floor_wood(s, p);
    case ART_FLOOR_SAND: {
        float ripple =
            sinf(p.z * 3.4f + 2.2f * art_clouds(p.x * 0.5f, p.z * 0.35f, z, 3) * 3.0f + p.x * 0.5f);
        float fine = art_noise(p.x * 60.0f, p.z * 60.0f, z);
        float k =
            0.35f + 0.18f * ripple + 0.45f * (art_clouds(p.x * 1.4f, p.z * 1.4f, z, 3) - 0.2f);
        return v3_scale(v3_mix(s->floor_a, s->floor_b, clampf(k, 0.0f, 1.0f)), 0.9f + 0.2f * fine);
    }
    case ART_FLOOR_LINEN: {
        float warp = art_noise(p.x * 46.0f, p.z * 4.0f, z),
              weft = art_noise(p.x * 4.0f, p.z * 46.0f, z + 5.0f);
        float crease = art_clouds(p.x * 0.7f + 0.4f * p.z, p.z * 0.45f, z, 3);
        struct v3 c = v3_mix(s->floor_a, s->floor_b, 0.5f * (warp + weft));
        return v3_scale(c, 0.8f + 0.4f * crease);
    }
    case ART_FLOOR_CHIPS: {
        float f, g, own;
        art_cells(p.x * 3.1f + z, p.z * 3.1f, &f, &g, &own);
        float chip = own > 0.35f ? stepf(0.05f, 0.09f, g - f - 0.16f * (1.2f - own)) : 0.0f;
        struct v3 stone = v3_mix(s->floor_b, own > 0.75f ? V(0.7f, 0.62f, 0.55f) : s->wall_a, own);
        return v3_mix(s->floor_a, stone, chip * 0.75f);
    }
    case ART_FLOOR_WATER: {
        float light = caustics(p.x, p.z);
        float deep = art_clouds(p.x * 0.35f, p.z * 0.35f, z, 3);
        return v3_scale(v3_mix(s->floor_a, s->floor_b, deep), 0.72f + 0.85f * light);
    }
    case ART_FLOOR_TILES: {
        float x = p.x / 1.1f + 0.31f, y = p.z / 1.1f + 0.2f;
        int ix = (int)wholef(x), iy = (int)wholef(y);
        float fx = x - wholef(x), fy = y - wholef(y);
        float edge = minf(minf(fx, 1.0f - fx), minf(fy, 1.0f - fy));
        struct v3 c =
            v3_mix(s->floor_a, s->floor_b,
                   art_hash(ix, iy, s->seed) * 0.6f + 0.4f * art_noise(p.x * 2.0f, p.z * 2.0f, z));
        return v3_mix(v3_scale(s->wall_b, 0.8f), c, stepf(0.012f, 0.03f, edge));
    }
    case ART_FLOOR_PLAIN:
    case ART_FLOOR_UNSET:
    default:
        return v3_mix(s->floor_a, s->floor_b, art_clouds(p.x * 0.8f, p.z * 0.8f, z, 4));
    }
}

static float frond(float x, float y, float ox, float oy, float angle, float length)
{
    float c = cosf(angle), n = sinf(angle);
    float along = ((x - ox) * c + (y - oy) * n) / length;
    float across = (-(x - ox) * n + (y - oy) * c) / length + 0.25f * along * along;
    if (along < -0.05f || along > 1.1f)
        return 0.0f;
    float width = 0.34f * sqrtf(clampf(along * 1.4f + 0.08f, 0.0f, 1.0f)) *
                  sqrtf(clampf(1.08f - along, 0.0f, 1.0f));
    float leaf = 0.5f + 0.5f * sinf((along - fabsf(across) * 0.85f) * 46.0f);
    float spread = stepf(width, width * 0.75f, fabsf(across));
    float gaps = lerpf(0.15f, 0.62f, clampf(fabsf(across) / (width + 0.01f), 0.0f, 1.0f));
    float stem = stepf(0.02f, 0.008f, fabsf(across));
    return maxf(spread * stepf(gaps - 0.22f, gaps + 0.22f, leaf), stem) *
           stepf(1.02f, 0.85f, along);
}

float art_gobo_light(const struct art_scene *s, struct v3 p)
{
    if (s->gobo == ART_GOBO_NONE)
        return 1.0f;
    struct v3 right = v3_unit(v3_cross(V(0, 1, 0), s->light)), up = v3_cross(s->light, right);
    float x = v3_dot(p, right), y = v3_dot(p, up);
    switch (s->gobo) {
    case ART_GOBO_WINDOW: {
        float u = x / 1.9f + 0.55f, v = y / 2.3f + 0.42f, soft = 0.05f;
        float fu = fabsf(u - wholef(u) - 0.5f), fv = fabsf(v - wholef(v) - 0.5f);
        float pane = stepf(0.5f, 0.5f - soft * 1.6f, fu + 0.03f) *
                     stepf(0.5f, 0.5f - soft * 1.6f, fv + 0.03f);
        float frame = stepf(-1.08f, -0.92f, u) * stepf(2.08f, 1.92f, u) * stepf(-1.06f, -0.92f, v) *
                      stepf(2.06f, 1.92f, v);
        return 0.16f + 0.84f * pane * frame;
    }
    case ART_GOBO_LEAVES: {
        float dark = 0.0f;
        for (int i = 0; i < 4; i++) {
            float side = art_hash(i, s->seed, 41), high = art_hash(i, s->seed, 43);
            dark =
                maxf(dark, frond(x, y, -3.6f + 1.4f * side, 2.6f - 2.4f * (float)i * 0.55f + high,
                                  -0.55f + 0.75f * high - 0.1f * (float)i, 3.4f + 1.6f * side));
        }
        return 1.0f - 0.72f * dark;
    }
    case ART_GOBO_BLINDS: {
        float v = y * 1.5f + 0.15f * x;
        return 0.3f + 0.7f * stepf(0.12f, 0.3f, fabsf(v - wholef(v) - 0.5f));
    }
    case ART_GOBO_NONE:
    default:
        return 1.0f;
    }
}
