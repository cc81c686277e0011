/* Light: follows rays from the camera to the things, their shadows and what their glaze mirrors.
 * Only things whose bounding sphere a ray meets are looked at, so empty walls cost nothing. */
#include <string.h>

#include "art_scene.h"

enum { STEPS_MAX = 96, LAYERS_MAX = 5 };

struct near_things {
    int count;
    int which[ART_THINGS_MAX];
    float from, to;
};

static void near_things(const struct art_scene *s, struct v3 o, struct v3 d, float widen,
                        const bool *skip, struct near_things *n)
{
    n->count = 0;
    n->from = 1e9f;
    n->to = 0.0f;
    for (int i = 0; i < s->count; i++) {
        const struct art_thing *t = &s->things[i];
        struct v3 c = v3_sub(t->middle, o);
        float along = v3_dot(c, d);
        float r = t->reach + widen * maxf(along, 0.0f);
        float miss = v3_dot(c, c) - along * along;
        if ((skip != NULL && skip[i]) || miss > r * r || along < -t->reach)
            continue;
        float half = sqrtf(r * r - miss);
        n->which[n->count++] = i;
        n->from = minf(n->from, along - half);
        n->to = maxf(n->to, along + half);
    }
    n->from = maxf(n->from, 0.0f);
}

static float nearest(const struct art_scene *s, const struct near_things *n, struct v3 p,
                     int *ret_which)
{
    float best = 1e9f;
    for (int k = 0; k < n->count; k++) {
        const struct art_thing *t = &s->things[n->which[k]];
        struct v3 c = v3_sub(p, t->middle);
        float away = v3_dot(c, c), reach = best + t->reach;
        if (reach > 0.0f && away >= reach * reach)
            continue;
        float outside = sqrtf(away) - t->reach;
        float d = outside > 0.25f ? outside + 0.05f : art_thing_distance(t, p);
        if (d < best) {
            best = d;
            *ret_which = n->which[k];
        }
    }
    return best;
}

static float march(const struct art_scene *s, struct v3 o, struct v3 d, float limit,
                   const bool *skip, int *ret_which)
{
    struct near_things n;
    near_things(s, o, d, 0.0f, skip, &n);
    if (n.count == 0)
        return limit;
    limit = minf(limit, n.to + 0.01f);
    float t = n.from;
    for (int i = 0; i < STEPS_MAX && t < limit; i++) {
        float step = nearest(s, &n, v3_along(o, d, t), ret_which);
        if (step < 0.0006f * t)
            return t;
        t += step * 0.92f;
    }
    return 1e9f;
}

/* Where the ray meets floor, curve or wall. */
static float meet_room(const struct art_scene *s, struct v3 o, struct v3 d, struct v3 *ret_normal)
{
    float t_floor = d.y < -1e-5f ? -o.y / d.y : 1e9f;
    float t_wall = d.z < -1e-5f ? (s->wall_z - o.z) / d.z : 1e9f;
    float r = s->curve_r;
    *ret_normal = t_floor < t_wall ? V(0, 1, 0) : V(0, 0, 1);
    float t = minf(t_floor, t_wall);
    if (r > 0.0f && t < 1e8f) {
        struct v3 p = v3_along(o, d, t);
        if (p.z < s->wall_z + r && p.y < r) {
            float cy = o.y - r, cz = o.z - s->wall_z - r;
            float a = d.y * d.y + d.z * d.z, b = cy * d.y + cz * d.z, c = cy * cy + cz * cz - r * r;
            float q = b * b - a * c;
            if (q > 0.0f) {
                t = (-b + sqrtf(q)) / a;
                p = v3_along(o, d, t);
                *ret_normal = v3_unit(V(0, r - p.y, s->wall_z + r - p.z));
            }
        }
    }
    return t;
}

static float shadow(const struct art_scene *s, struct v3 p, const bool *skip)
{
    struct near_things n;
    float k = s->hardness;
    near_things(s, p, s->light, 1.0f / k, skip, &n);
    float light = 1.0f, t = maxf(n.from, 0.02f);
    int which = 0;
    for (int i = 0; i < 40 && n.count > 0 && t < n.to && light > 0.01f; i++) {
        float d = nearest(s, &n, v3_along(p, s->light, t), &which);
        light = minf(light, 0.5f + 0.5f * k * d / t);
        t += clampf(d * 0.9f, 0.015f + 0.01f * t, 0.6f);
    }
    light = clampf(light, 0.0f, 1.0f);
    return light * light * (3.0f - 2.0f * light);
}

/* What stands close takes the sky away: short steps along the normal, and the spheres around things
 * afar. */
static float openness(const struct art_scene *s, struct v3 p, struct v3 n, int self,
                      const bool *skip)
{
    struct near_things close = {0};
    float open = 1.0f;
    for (int i = 0; i < s->count; i++) {
        const struct art_thing *t = &s->things[i];
        struct v3 c = v3_sub(t->middle, p);
        float away = v3_dot(c, c), near = t->reach + 0.5f;
        bool is_small = t->reach < 0.25f;
        if (skip[i] || t->look.finish == ART_GLOW || (is_small && away > near * near))
            continue;
        float d = sqrtf(away);
        if (d < near)
            close.which[close.count++] = i;
        if (i != self && d > 0.01f && t->form != ART_SHEET && !is_small) {
            float r = t->reach * 0.62f, facing = maxf(v3_dot(n, c) / d, 0.0f);
            open *= 1.0f - 0.55f * facing * minf(r * r / (d * d), 1.0f);
        }
    }
    float taken = 0.0f, weight = 1.0f;
    int which = 0;
    for (int i = 1; i <= 4 && close.count > 0; i++) {
        float h = 0.02f + 0.1f * (float)i;
        float d = nearest(s, &close, v3_along(p, n, h), &which);
        taken += maxf(h - minf(d, v3_along(p, n, h).y), 0.0f) * weight;
        weight *= 0.7f;
    }
    return open * clampf(1.0f - 1.5f * taken, 0.08f, 1.0f);
}

/* What a mirror would see: a soft window where the light is, the sky above, the floor below. */
static struct v3 surroundings(const struct art_scene *s, struct v3 d)
{
    struct v3 floor = v3_mix(s->floor_a, s->floor_b, 0.5f);
    struct v3 c =
        v3_mix(v3_scale(floor, 0.6f), v3_mix(s->wall_a, s->sky, 0.5f), stepf(-0.25f, 0.35f, d.y));
    float facing = v3_dot(d, s->light);
    if (facing > 0.0f) {
        struct v3 right = v3_unit(v3_cross(V(0, 1, 0), s->light)), up = v3_cross(s->light, right);
        float x = v3_dot(d, right) / facing, y = v3_dot(d, up) / facing;
        float box = stepf(0.42f, 0.34f, fabsf(x)) * stepf(0.6f, 0.5f, fabsf(y));
        if (s->gobo == ART_GOBO_WINDOW)
            box *= stepf(0.012f, 0.03f, fabsf(x)) * stepf(0.012f, 0.03f, fabsf(y));
        c = v3_along(c, s->light_colour, box * 2.6f);
    }
    return c;
}

static float relief(const struct art_thing *t, struct v3 q)
{
    if (t->look.finish == ART_CLOTH) {
        float fold = art_noise(q.x * 7.0f + 1.5f * q.y, q.y * 2.6f - q.x, t->at.x + 1.0f);
        return 0.030f * fold + 0.0022f * sinf(q.x * 95.0f) * sinf(q.y * 95.0f);
    }
    if (t->look.pattern == ART_RIBS)
        return 0.02f * cosf(atan2f(q.x, q.z) * t->look.k);
    if (t->look.finish == ART_LEAF)
        return 0.02f * fabsf(sinf((fabsf(q.x) * 1.6f - q.y) * 16.0f)) +
               0.03f * expf(-fabsf(q.x) * 40.0f);
    if (t->look.finish == ART_MATTE)
        return 0.006f * art_clouds(q.x * 14.0f, q.y * 14.0f, q.z * 14.0f, 2);
    bool thrown =
        t->form == ART_LATHE && t->look.finish == ART_GLAZE; /* on a wheel: faint rings stay */
    return thrown
               ? 0.0014f * sinf(q.y * 34.0f + 3.0f * art_noise(q.x * 2.0f, q.y * 2.0f, q.z * 2.0f))
               : 0.0f;
}

static struct v3 normal_of(const struct art_thing *t, struct v3 p)
{
    float e = t->form == ART_LATHE || t->form == ART_SHEET ? 0.012f * t->size : 0.004f;
    static const float at[4][3] = {{1, -1, -1}, {-1, -1, 1}, {-1, 1, -1}, {1, 1, 1}};
    struct v3 n = V(0, 0, 0);
    for (int i = 0; i < 4; i++) {
        struct v3 k = V(at[i][0], at[i][1], at[i][2]);
        struct v3 here = v3_along(p, k, e);
        float d =
            art_thing_distance(t, here) - relief(t, art_thing_local(t, here)) * t->size * 0.6f;
        n = v3_along(n, k, d);
    }
    return v3_unit(n);
}

static struct v3 lamp(const struct art_scene *s, struct v3 p, struct v3 n)
{
    struct v3 to = v3_sub(s->glow_at, p);
    float d2 = v3_dot(to, to) + 0.15f;
    float facing = 0.25f + 0.75f * maxf(v3_dot(n, to) / sqrtf(d2), 0.0f);
    return v3_scale(s->glow_colour, facing / d2);
}

static struct v3 lit(const struct art_scene *s, struct v3 colour, struct v3 p, struct v3 n,
                     float wrap, float light, float open)
{
    float facing = clampf((v3_dot(n, s->light) + wrap) / (1.0f + wrap), 0.0f, 1.0f);
    struct v3 sum = v3_scale(s->light_colour, facing * light);
    sum = v3_along(sum, s->sky, open * (0.55f + 0.45f * n.y));
    sum = v3_along(sum, s->bounce, open * (0.5f - 0.5f * n.y));
    return v3_mul(colour, v3_add(sum, lamp(s, p, n)));
}

/* *ret_cover: how much of what lies behind is hidden (glass). */
static struct v3 shade_thing(const struct art_scene *s, int i, struct v3 p, struct v3 d, bool *skip,
                             bool full, float *ret_cover)
{
    const struct art_thing *t = &s->things[i];
    struct v3 n = normal_of(t, p);
    float facing = maxf(-v3_dot(n, d), 0.0f);
    struct v3 colour = art_look_colour(&t->look, art_thing_local(t, p), i + s->seed);
    struct v3 off = v3_along(p, n, 0.012f);
    *ret_cover = 1.0f;
    if (t->look.finish == ART_GLOW)
        return v3_scale(colour, 0.35f + 1.25f * facing * facing);
    float light = full ? shadow(s, off, skip) * art_gobo_light(s, p) : 1.0f;
    float open = full ? openness(s, p, n, i, skip) : 1.0f;
    float fresnel = powf(1.0f - facing, 5.0f);
    struct v3 mirror = v3_along(d, n, 2.0f * maxf(-v3_dot(d, n), 0.0f));
    switch (t->look.finish) {
    case ART_GLASS: {
        struct v3 shine = v3_scale(surroundings(s, mirror), 0.06f + 0.8f * fresnel);
        *ret_cover = clampf(0.10f + 0.75f * powf(1.0f - facing, 3.0f), 0.0f, 0.85f);
        return v3_add(v3_scale(lit(s, colour, p, n, 0.6f, light, open), *ret_cover * 0.8f), shine);
    }
    case ART_GLAZE: {
        struct v3 c = lit(s, colour, p, n, 0.18f, light, open);
        float strength =
            (0.045f + 0.6f * fresnel) * (0.35f + 0.65f * open) * (0.45f + 0.55f * light);
        return v3_along(c, surroundings(s, mirror), strength);
    }
    case ART_METAL:
        return v3_add(v3_scale(lit(s, colour, p, n, 0.1f, light, open), 0.35f),
                      v3_mul(v3_scale(surroundings(s, mirror), 0.9f * open), colour));
    case ART_CLOTH: {
        struct v3 c = lit(s, colour, p, n, 0.30f, light, open);
        return v3_add(c,
                      v3_scale(v3_mul(colour, s->sky), 0.35f * powf(1.0f - facing, 3.0f) * open));
    }
    case ART_LEAF: {
        struct v3 c = lit(s, colour, p, n, 0.5f, light, open);
        struct v3 shine = v3_scale(surroundings(s, mirror), 0.03f + 0.2f * fresnel);
        return v3_add(c, v3_scale(shine, open * light));
    }
    case ART_MATTE:
    case ART_GLOW:
    case ART_FINISH_UNSET:
    default:
        return v3_along(lit(s, colour, p, n, 0.2f, light, open), s->sky, 0.06f * fresnel * open);
    }
}

static struct v3 shade_room(const struct art_scene *s, struct v3 p, struct v3 d, struct v3 n,
                            bool *skip)
{
    float rise = stepf(0.0f, maxf(s->curve_r * 1.4f, 0.002f), p.y);
    struct v3 wall = v3_mix(s->wall_a, s->wall_b, stepf(0.0f, 4.5f, p.y));
    wall = v3_scale(wall, 0.95f + 0.1f * art_clouds(p.x * 0.7f, p.y * 0.7f, 3.0f, 4));
    struct v3 colour = v3_mix(rise < 1.0f ? art_floor_colour(s, p) : wall, wall, rise);
    float light = shadow(s, v3_along(p, n, 0.01f), skip) * art_gobo_light(s, p);
    float corner =
        s->curve_r > 0.0f ? 1.0f : 0.55f + 0.45f * stepf(-0.05f, 0.9f, maxf(p.y, p.z - s->wall_z));
    struct v3 c = lit(s, colour, p, n, 0.1f, light, openness(s, p, n, -1, skip) * corner);
    if (s->gloss > 0.0f && n.y > 0.9f) {
        struct v3 mirror = V(d.x, -d.y, d.z);
        mirror = v3_unit(V(mirror.x + 0.02f * (art_noise(p.x * 30.0f, p.z * 30.0f, 0) - 0.5f),
                           mirror.y, mirror.z));
        int which = -1;
        float t = march(s, v3_along(p, n, 0.01f), mirror, 30.0f, skip, &which), cover;
        struct v3 seen = v3_scale(wall, 0.4f);
        if (t < 29.0f && which >= 0) {
            bool none[ART_THINGS_MAX] = {0};
            seen = shade_thing(s, which, v3_along(p, mirror, t), mirror, none, false, &cover);
        }
        float strength = s->gloss * (0.25f + 0.75f * powf(1.0f - fabsf(d.y), 3.0f));
        c = v3_add(v3_scale(c, 1.0f - strength * 0.6f), v3_scale(seen, strength));
    }
    return c;
}

struct v3 art_scene_sample(const struct art_scene *s, float u, float v, int *ret_what)
{
    struct v3 ahead = v3_unit(v3_sub(s->look_at, s->eye));
    struct v3 right = v3_unit(v3_cross(ahead, V(0, 1, 0))), up = v3_cross(right, ahead);
    struct v3 d =
        v3_unit(v3_add(v3_scale(ahead, s->lens), v3_add(v3_scale(right, u), v3_scale(up, v))));
    struct v3 sum = V(0, 0, 0), room_normal;
    float through = 1.0f;
    bool skip[ART_THINGS_MAX], seen[ART_THINGS_MAX];
    for (int i = 0; i < s->count; i++)
        skip[i] = s->things[i].look.finish == ART_GLASS || s->things[i].no_shadow;
    memset(seen, 0, sizeof seen);
    float room = meet_room(s, s->eye, d, &room_normal);
    *ret_what = 0;
    for (int layer = 0; layer < LAYERS_MAX; layer++) {
        int which = -1;
        float t = march(s, s->eye, d, room, seen, &which);
        if (t >= room || which < 0)
            break;
        float cover;
        struct v3 c = shade_thing(s, which, v3_along(s->eye, d, t), d, skip, true, &cover);
        *ret_what = *ret_what * 7 + which + 1;
        sum = v3_along(sum, c, cover < 1.0f ? through : through * cover);
        through *= 1.0f - cover;
        if (through < 0.02f)
            return sum;
        seen[which] = true;
    }
    struct v3 p = v3_along(s->eye, d, minf(room, 60.0f));
    return v3_along(sum, shade_room(s, p, d, room_normal, skip), through);
}
