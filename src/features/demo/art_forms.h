/* The vessels and cuts that the scenes share. A curve is made once for each picture that asks for
 * it.
 */
#ifndef DEMO_ART_FORMS_H
#define DEMO_ART_FORMS_H

#include "art_scene.h"

enum art_vessel {
    ART_CUP = 0,
    ART_TUMBLER,
    ART_BOWL,
    ART_PLATE,
    ART_MEIPING,
    ART_LONGNECK,
    ART_MOON,
    ART_POT,
    ART_POT_LID,
    ART_GAIWAN,
    ART_GAIWAN_LID,
    ART_TIN,
    ART_TIN_LID,
    ART_FLASK,
    ART_FLASK_CAP,
    ART_LANTERN,
    ART_HAT,
    ART_JUG,
    ART_CAKE,
    ART_GOURD,
    ART_LIQUID,
    ART_JAR,
    ART_JAR_LID,
    ART_SHELL,
    ART_PEAR,
    ART_VESSEL_COUNT
};
enum art_cut {
    ART_ONEPIECE = 0,
    ART_ONEPIECE_BACK,
    ART_TRUNKS,
    ART_RASHGUARD,
    ART_TRIANGLE,
    ART_BRIEF,
    ART_TOTE,
    ART_FROND,
    ART_TEALEAF,
    ART_TOWEL,
    ART_LABEL,
    ART_CUT_COUNT
};
const struct art_curve *art_vessel(struct art_scene *s, enum art_vessel which);
const struct art_curve *art_cut(struct art_scene *s, enum art_cut which);

/* A room to stand in: one floor, one wall, morning light from the left. */
void art_studio(struct art_scene *s, int seed, uint32_t floor, uint32_t wall_low,
                uint32_t wall_high);
/* Seen from straight above: the floor is the background. */
void art_table(struct art_scene *s, int seed, enum art_floor floor, uint32_t a, uint32_t b);
void art_camera(struct art_scene *s, struct v3 look_at, float distance, float yaw, float height,
                float lens);

/* Whole things made of several parts. */
void art_teapot(struct art_scene *s, struct v3 at, float size, float yaw, struct art_look look);
void art_gaiwan(struct art_scene *s, struct v3 at, float size, struct art_look look, bool open);
void art_mug(struct art_scene *s, struct v3 at, float size, float yaw, struct art_look look);
void art_branch(struct art_scene *s, struct v3 at, float height, float lean, int leaves,
                struct art_look leaf);

#endif
