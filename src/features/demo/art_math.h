/* Small vectors, colours and noise for the pictures. Pure, float, deterministic.
 */
#ifndef DEMO_ART_MATH_H
#define DEMO_ART_MATH_H

#include <math.h>

#include "base/base.h"

struct v3 {
    float x, y, z;
};

#define V(x, y, z) ((struct v3){(x), (y), (z)})

static inline struct v3 v3_add(struct v3 a, struct v3 b)
{
    return V(a.x + b.x, a.y + b.y, a.z + b.z);
}
static inline struct v3 v3_sub(struct v3 a, struct v3 b)
{
    return V(a.x - b.x, a.y - b.y, a.z - b.z);
}
static inline struct v3 v3_mul(struct v3 a, struct v3 b)
{
    return V(a.x * b.x, a.y * b.y, a.z * b.z);
}
static inline struct v3 v3_scale(struct v3 a, float k)
{
    return V(a.x * k, a.y * k, a.z * k);
}
/* a + b * k */
static inline struct v3 v3_along(struct v3 a, struct v3 b, float k)
{
    return V(a.x + b.x * k, a.y + b.y * k, a.z + b.z * k);
}
static inline float v3_dot(struct v3 a, struct v3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
static inline struct v3 v3_cross(struct v3 a, struct v3 b)
{
    return V(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}
static inline float v3_length(struct v3 a)
{
    return sqrtf(v3_dot(a, a));
}
static inline struct v3 v3_unit(struct v3 a)
{
    return v3_scale(a, 1.0f / sqrtf(v3_dot(a, a) + 1e-20f));
}
/* As fminf, fmaxf and floorf for numbers of a picture, without their calls: no NaN, nothing beyond
 * an int. */
static inline float minf(float a, float b)
{
    return a < b ? a : b;
}
static inline float maxf(float a, float b)
{
    return a > b ? a : b;
}
static inline float wholef(float x)
{
    float cut = (float)(int)x;
    return cut > x ? cut - 1.0f : cut;
}
static inline float clampf(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}
static inline float lerpf(float a, float b, float k)
{
    return a + (b - a) * k;
}
static inline struct v3 v3_mix(struct v3 a, struct v3 b, float k)
{
    return V(lerpf(a.x, b.x, k), lerpf(a.y, b.y, k), lerpf(a.z, b.z, k));
}
/* 0 below a, 1 above b, smooth between; a > b turns it round. */
static inline float stepf(float a, float b, float x)
{
    float k = clampf((x - a) / (b - a), 0.0f, 1.0f);
    return k * k * (3.0f - 2.0f * k);
}
static inline float gaussf(float x, float width)
{
    return expf(-x * x / (width * width));
}

/* 0xRRGGBB as people write it, to linear light. */
struct v3 art_colour(uint32_t rgb);
/* In [0, 1), from lattice points. */
float art_hash(int x, int y, int z);
/* Smooth noise in [0, 1]; layered noise in [0, 1]. */
float art_noise(float x, float y, float z);
float art_clouds(float x, float y, float z, int layers);
/* Distances to the nearest and second nearest point of a jittered lattice, and that point's own
 * number. */
void art_cells(float x, float y, float *ret_first, float *ret_second, float *ret_own);

#endif
