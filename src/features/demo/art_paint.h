/* Painted landscapes: pure functions of a point of the picture, for art_piece.paint.
 */
#ifndef DEMO_ART_PAINT_H
#define DEMO_ART_PAINT_H

void art_paint_mist(float x, float y, float *rgb);     /* hills in mist */
void art_paint_shore(float x, float y, float *rgb);    /* foam between sand and sea, from above */
void art_paint_dawn(float x, float y, float *rgb);     /* the sea at sunrise */
void art_paint_reef(float x, float y, float *rgb);     /* under water */
void art_paint_terraces(float x, float y, float *rgb); /* rows of tea bushes */
void art_paint_rain(float x, float y, float *rgb); /* a street of lanterns through a wet window */

#endif
