/* Colours and noise; see art_math.h. */
#include "art_math.h"

static float channel_linear(uint32_t byte)
{
    float c = (float)byte / 255.0f;
    return c <= 0.04045f ? c / 12.92f : powf((c + 0.055f) / 1.055f, 2.4f);
}

struct v3 art_colour(uint32_t rgb)
{
    return V(channel_linear(rgb >> 16 & 255), channel_linear(rgb >> 8 & 255),
             channel_linear(rgb & 255));
}

float art_hash(int x, int y, int z)
{
    uint32_t h = (uint32_t)x * 0x8da6b343u ^ (uint32_t)y * 0xd8163841u ^ (uint32_t)z * 0xcb1ab31fu;
    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    h ^= h >> 15;
    return (float)(h >> 8) * (1.0f / 16777216.0f);
}

float art_noise(float x, float y, float z)
{
    float fx = wholef(x), fy = wholef(y), fz = wholef(z);
    int ix = (int)fx, iy = (int)fy, iz = (int)fz;
    float u = x - fx, v = y - fy, w = z - fz;
    u = u * u * (3.0f - 2.0f * u);
    v = v * v * (3.0f - 2.0f * v);
    w = w * w * (3.0f - 2.0f * w);
    float near = lerpf(lerpf(art_hash(ix, iy, iz), art_hash(ix + 1, iy, iz), u),
                       lerpf(art_hash(ix, iy + 1, iz), art_hash(ix + 1, iy + 1, iz), u), v);
    float far = lerpf(lerpf(art_hash(ix, iy, iz + 1), art_hash(ix + 1, iy, iz + 1), u),
                      lerpf(art_hash(ix, iy + 1, iz + 1), art_hash(ix + 1, iy + 1, iz + 1), u), v);
    return lerpf(near, far, w);
}

float art_clouds(float x, float y, float z, int layers)
{
    float sum = 0.0f, weight = 0.5f, total = 0.0f;
    for (int i = 0; i < layers; i++) {
        sum += weight * art_noise(x, y, z);
        total += weight;
        weight *= 0.5f;
        float turned = 1.62f * x + 1.18f * y + 3.1f;
        y = 1.62f * y - 1.18f * x + 1.7f;
        x = turned;
        z = z * 2.0f + 5.3f;
    }
    return sum / total;
}

void art_cells(float x, float y, float *ret_first, float *ret_second, float *ret_own)
{
    int ix = (int)wholef(x), iy = (int)wholef(y);
    *ret_first = *ret_second = 9.0f;
    *ret_own = 0.0f;
    for (int j = iy - 1; j <= iy + 1; j++) {
        for (int i = ix - 1; i <= ix + 1; i++) {
            float dx = (float)i + art_hash(i, j, 7) - x, dy = (float)j + art_hash(i, j, 19) - y;
            float d = dx * dx + dy * dy;
            if (d < *ret_first) {
                *ret_second = *ret_first;
                *ret_first = d;
                *ret_own = art_hash(i, j, 31);
            } else if (d < *ret_second) {
                *ret_second = d;
            }
        }
    }
    *ret_first = sqrtf(*ret_first);
    *ret_second = sqrtf(*ret_second);
}
