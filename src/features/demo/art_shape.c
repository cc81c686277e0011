/* The forms of things as fields of distances: profiles turned, outlines thickened, rods, boxes,
 * balls. Curves are sampled once into a grid, so that any smooth profile costs one look-up. */
#include <string.h>

#include "art_scene.h"

enum { CURVE_STEPS = 10, CURVE_POINTS_MAX = 64 * CURVE_STEPS };

static float spline(float a, float b, float c, float d, float k)
{
    return 0.5f * (2.0f * b + (c - a) * k + (2.0f * a - 5.0f * b + 4.0f * c - d) * k * k +
                   (3.0f * b - a - 3.0f * c + d) * k * k * k);
}

/* Catmull-Rom through all points; `closed` joins the ends. */
static size_t curve_sample(const float (*p)[2], size_t n, bool closed, float (*out)[2])
{
    size_t made = 0;
    size_t spans = closed ? n : n - 1;
    for (size_t i = 0; i < spans; i++) {
        size_t i0 = closed ? (i + n - 1) % n : i == 0 ? 0 : i - 1;
        size_t i1 = i, i2 = (i + 1) % n;
        size_t i3 = closed ? (i + 2) % n : i + 2 < n ? i + 2 : n - 1;
        for (int s = 0; s < CURVE_STEPS && made < CURVE_POINTS_MAX - 1; s++) {
            float k = (float)s / CURVE_STEPS;
            out[made][0] = spline(p[i0][0], p[i1][0], p[i2][0], p[i3][0], k);
            out[made][1] = spline(p[i0][1], p[i1][1], p[i2][1], p[i3][1], k);
            made++;
        }
    }
    if (!closed) {
        out[made][0] = p[n - 1][0];
        out[made][1] = p[n - 1][1];
        made++;
    }
    return made;
}

static float segment_distance2(float x, float y, const float *a, const float *b)
{
    float ex = b[0] - a[0], ey = b[1] - a[1];
    float wx = x - a[0], wy = y - a[1];
    float k = clampf((wx * ex + wy * ey) / (ex * ex + ey * ey + 1e-12f), 0.0f, 1.0f);
    float dx = wx - ex * k, dy = wy - ey * k;
    return dx * dx + dy * dy;
}

static void curve_fill(struct art_curve *c, const float (*pts)[2], size_t n, bool closed)
{
    for (int j = 0; j < ART_GRID; j++) {
        for (int i = 0; i < ART_GRID; i++) {
            float x = c->x0 + c->w * (float)i / (ART_GRID - 1),
                  y = c->y0 + c->h * (float)j / (ART_GRID - 1);
            float best = 1e9f;
            bool inside = false;
            for (size_t k = 0; k + 1 < n + (closed ? 1 : 0); k++) {
                const float *a = pts[k], *b = pts[(k + 1) % n];
                float d = segment_distance2(x, y, a, b);
                best = d < best ? d : best;
                if (closed && (a[1] > y) != (b[1] > y) &&
                    x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0])
                    inside = !inside;
            }
            c->field[j * ART_GRID + i] = inside ? -sqrtf(best) : sqrtf(best);
        }
    }
}

static const struct art_curve *curve_make(struct art_scene *s, const float (*points)[2],
                                          size_t count, bool closed)
{
    struct art_curve *c = arena_new(s->arena, sizeof *c);
    float(*pts)[2] = arena_new(s->arena, CURVE_POINTS_MAX * sizeof *pts);
    if (c == NULL || pts == NULL) {
        s->failed = true;
        return NULL;
    }
    size_t n = curve_sample(points, count, closed, pts);
    float x1 = -1e9f, y1 = -1e9f;
    c->x0 = c->y0 = 1e9f;
    for (size_t i = 0; i < n; i++) {
        c->x0 = minf(c->x0, pts[i][0]);
        c->y0 = minf(c->y0, pts[i][1]);
        x1 = maxf(x1, pts[i][0]);
        y1 = maxf(y1, pts[i][1]);
    }
    if (!closed)
        c->x0 = 0.0f;
    float pad = 0.12f;
    c->x0 -= closed ? pad : 0.0f;
    c->y0 -= pad;
    c->w = x1 + pad - c->x0;
    c->h = y1 + pad - c->y0;
    curve_fill(c, (const float(*)[2])pts, n, closed);
    return c;
}

const struct art_curve *art_lathe_curve(struct art_scene *s, const float (*points)[2], size_t count)
{
    return curve_make(s, points, count, false);
}

const struct art_curve *art_outline_curve(struct art_scene *s, const float (*points)[2],
                                          size_t count)
{
    float both[64][2];
    size_t n = 0;
    for (size_t i = 0; i < count && n < COUNT(both); i++, n++)
        memcpy(both[n], points[i], sizeof both[n]);
    for (size_t i = count; i-- > 0 && n < COUNT(both);) {
        if (fabsf(points[i][0]) < 1e-4f)
            continue;
        both[n][0] = -points[i][0];
        both[n][1] = points[i][1];
        n++;
    }
    return curve_make(s, (const float(*)[2])both, n, true);
}

/* Outside the grid: the distance to the grid's box is added. */
static float curve_distance(const struct art_curve *c, float x, float y)
{
    float u = (x - c->x0) / c->w * (ART_GRID - 1), v = (y - c->y0) / c->h * (ART_GRID - 1);
    float cu = clampf(u, 0.0f, ART_GRID - 1.001f), cv = clampf(v, 0.0f, ART_GRID - 1.001f);
    int i = (int)cu, j = (int)cv;
    float fu = cu - (float)i, fv = cv - (float)j;
    const float *f = c->field + j * ART_GRID + i;
    float d = lerpf(lerpf(f[0], f[1], fu), lerpf(f[ART_GRID], f[ART_GRID + 1], fu), fv);
    float ou = (u - cu) * c->w / (ART_GRID - 1), ov = (v - cv) * c->h / (ART_GRID - 1);
    float beyond = ou * ou + ov * ov;
    return beyond > 0.0f ? sqrtf(d * d + beyond) : d;
}

struct v3 art_thing_local(const struct art_thing *t, struct v3 p)
{
    struct v3 q = v3_sub(p, t->at);
    float k = 1.0f / t->size;
    return V(v3_dot(q, t->right) * k, v3_dot(q, t->up) * k, v3_dot(q, t->out) * k);
}

static float sheet_distance(const struct art_thing *t, struct v3 q)
{
    float d = curve_distance(t->curve, q.x, q.y), far = maxf(d, fabsf(q.z) - t->wall - t->slump);
    float lift = 0.0f;
    if (far > 0.12f)
        return far;
    if (t->slump > 0.0f) {
        float fold =
            art_noise(q.x * 3.3f + 1.5f * q.y, q.y * 1.1f - q.x * 0.4f, t->at.x * 7.0f + 3.0f) -
            0.5f;
        lift = t->slump * fold * stepf(0.05f, -0.25f, d);
    }
    float body = t->wall * (0.35f + 0.65f * stepf(0.0f, -0.10f, d));
    float z = fabsf(q.z - lift) - body;
    float round = t->wall * 0.35f;
    float dx = maxf(d + round, 0.0f), dz = maxf(z + round, 0.0f);
    return sqrtf(dx * dx + dz * dz) - round + minf(maxf(d + round, z + round), 0.0f);
}

static float tube_distance(const struct art_thing *t, struct v3 q)
{
    float best = 1e9f;
    for (int i = 0; i + 1 < t->point_count; i++) {
        struct v3 e = t->spans[i], w = v3_sub(q, t->points[i]);
        float k = clampf(v3_dot(w, e) * t->span_scale[i], 0.0f, 1.0f);
        struct v3 miss = v3_along(w, e, -k);
        float away = v3_dot(miss, miss), r = lerpf(t->radii[i], t->radii[i + 1], k),
              reach = best + r;
        if (reach > 0.0f && away < reach * reach)
            best = sqrtf(away) - r;
    }
    return best;
}

float art_thing_distance(const struct art_thing *t, struct v3 p)
{
    struct v3 q = art_thing_local(t, p);
    switch (t->form) {
    case ART_LATHE:
        return (curve_distance(t->curve, sqrtf(q.x * q.x + q.z * q.z), q.y) - t->wall) * t->size;
    case ART_SHEET:
        return sheet_distance(t, q) * t->size * (t->slump > 0.0f ? 0.7f : 0.9f);
    case ART_TUBE:
        return tube_distance(t, q) * t->size;
    case ART_BOX: {
        struct v3 e = V(fabsf(q.x) - t->half.x + t->wall, fabsf(q.y) - t->half.y + t->wall,
                        fabsf(q.z) - t->half.z + t->wall);
        struct v3 o = V(maxf(e.x, 0.0f), maxf(e.y, 0.0f), maxf(e.z, 0.0f));
        return (v3_length(o) + minf(maxf(e.x, maxf(e.y, e.z)), 0.0f) - t->wall) * t->size;
    }
    case ART_BALL: {
        struct v3 e = V(q.x / t->half.x, q.y / t->half.y, q.z / t->half.z);
        struct v3 g = V(e.x / t->half.x, e.y / t->half.y, e.z / t->half.z);
        float k = v3_length(e), steep = v3_length(g);
        return steep < 1e-6f ? -t->half.y : k * (k - 1.0f) / steep * t->size;
    }
    case ART_FORM_UNSET:
    default:
        return 1e9f;
    }
}

static struct art_thing *thing_new(struct art_scene *s, enum art_form form, struct v3 at,
                                   float size, struct art_look look)
{
    if (s->count == ART_THINGS_MAX) {
        s->failed = true;
        s->count--;
    }
    struct art_thing *t = &s->things[s->count++];
    *t = (struct art_thing){.form = form,
                            .look = look,
                            .at = at,
                            .size = size,
                            .right = V(1, 0, 0),
                            .up = V(0, 1, 0),
                            .out = V(0, 0, 1)};
    return t;
}

struct art_thing *art_add_lathe(struct art_scene *s, const struct art_curve *c, struct v3 at,
                                float size, struct art_look l)
{
    struct art_thing *t = thing_new(s, ART_LATHE, at, size, l);
    t->curve = c;
    t->wall = 0.022f;
    return t;
}

struct art_thing *art_add_sheet(struct art_scene *s, const struct art_curve *c, struct v3 at,
                                float size, struct art_look l)
{
    struct art_thing *t = thing_new(s, ART_SHEET, at, size, l);
    t->curve = c;
    t->wall = 0.02f;
    return t;
}

struct art_thing *art_add_tube(struct art_scene *s, const float (*p)[4], size_t count, struct v3 at,
                               float size, struct art_look l)
{
    struct art_thing *t = thing_new(s, ART_TUBE, at, size, l);
    size_t spans = count - 1;
    t->point_count = ART_TUBE_POINTS_MAX;
    for (int i = 0; i < t->point_count; i++) {
        float along = (float)i / (float)(t->point_count - 1) * (float)spans;
        size_t k = (size_t)along < spans ? (size_t)along : spans - 1;
        const float *a = p[k > 0 ? k - 1 : 0], *b = p[k], *c = p[k + 1],
                    *d = p[k + 2 < count ? k + 2 : count - 1];
        float f = along - (float)k;
        t->points[i] = V(spline(a[0], b[0], c[0], d[0], f), spline(a[1], b[1], c[1], d[1], f),
                         spline(a[2], b[2], c[2], d[2], f));
        t->radii[i] = spline(a[3], b[3], c[3], d[3], f);
    }
    return t;
}

struct art_thing *art_add_box(struct art_scene *s, struct v3 at, struct v3 half, float rounding,
                              struct art_look l)
{
    struct art_thing *t = thing_new(s, ART_BOX, at, 1.0f, l);
    t->half = half;
    t->wall = rounding;
    return t;
}

struct art_thing *art_add_ball(struct art_scene *s, struct v3 at, struct v3 half, struct art_look l)
{
    struct art_thing *t = thing_new(s, ART_BALL, at, 1.0f, l);
    t->half = half;
    return t;
}

static struct v3 turned(struct v3 v, struct v3 axis, float degrees)
{
    float k = degrees * 0.01745329f, c = cosf(k), n = sinf(k);
    return v3_add(v3_add(v3_scale(v, c), v3_scale(v3_cross(axis, v), n)),
                  v3_scale(axis, v3_dot(axis, v) * (1.0f - c)));
}

void art_turn(struct art_thing *t, float yaw, float pitch, float roll)
{
    struct v3 y = V(0, 1, 0);
    t->right = turned(t->right, y, yaw);
    t->up = turned(t->up, y, yaw);
    t->out = turned(t->out, y, yaw);
    struct v3 x = t->right;
    t->up = turned(t->up, x, pitch);
    t->out = turned(t->out, x, pitch);
    struct v3 z = t->out;
    t->right = turned(t->right, z, roll);
    t->up = turned(t->up, z, roll);
}

/* The sphere around a thing, once its place is final. */
static void thing_bound(struct art_thing *t)
{
    struct v3 middle = V(0, 0, 0);
    float reach = 0.0f;
    if (t->form == ART_LATHE) {
        float r = t->curve->w, h = t->curve->h * 0.5f;
        middle = V(0, t->curve->y0 + h, 0);
        reach = sqrtf(r * r + h * h) - 0.08f;
    } else if (t->form == ART_SHEET) {
        float w = t->curve->w * 0.5f, h = t->curve->h * 0.5f;
        middle = V(t->curve->x0 + w, t->curve->y0 + h, 0);
        reach = sqrtf(w * w + h * h) + t->wall + t->slump;
    } else if (t->form == ART_TUBE) {
        for (int i = 0; i < t->point_count; i++)
            middle = v3_along(middle, t->points[i], 1.0f / (float)t->point_count);
        for (int i = 0; i < t->point_count; i++)
            reach = maxf(reach, v3_length(v3_sub(t->points[i], middle)) + t->radii[i]);
    } else if (t->form == ART_BOX) {
        reach = v3_length(t->half);
    } else {
        reach = maxf(t->half.x, maxf(t->half.y, t->half.z));
    }
    for (int i = 0; i + 1 < t->point_count; i++) {
        t->spans[i] = v3_sub(t->points[i + 1], t->points[i]);
        t->span_scale[i] = 1.0f / (v3_dot(t->spans[i], t->spans[i]) + 1e-9f);
    }
    t->middle = v3_add(
        t->at, v3_scale(v3_add(v3_add(v3_scale(t->right, middle.x), v3_scale(t->up, middle.y)),
                               v3_scale(t->out, middle.z)),
                        t->size));
    t->reach = reach * t->size + 0.01f;
}

void art_scene_prepare(struct art_scene *s)
{
    for (int i = 0; i < s->count; i++) {
        if ((s->things[i].form == ART_LATHE || s->things[i].form == ART_SHEET) &&
            s->things[i].curve == NULL)
            s->failed = true;
        else
            thing_bound(&s->things[i]);
    }
    s->light = v3_unit(s->light);
}
