/* Inside feature demo: which photographs of the operator's folder take the place of which drawn
 * pictures.
 *
 * A photograph serves for a picture when its path below the folder has the words that the table in
 * demo_photos.c asks for ("hat-straw.jpg" for the straw hat), or the picture's own name
 * ("reef-hat.jpg"). Each serves once. When no name in the folder says anything (IMG_2031.jpg), they
 * are taken in the order of their names. Pictures that none fits are drawn. Folders below are read
 * too; hidden ones are not. Files without an ending of a picture's are named and left out. If the
 * folder has a LICENSES.csv with the columns file, title, author and licence, the alternative text
 * is the title, with the author where the licence asks for naming (CC-BY); else it is made of the
 * file's name.
 */
#ifndef DEMO_DEMO_PHOTOS_H
#define DEMO_DEMO_PHOTOS_H

#include "demo/art.h"

struct demo_photo {
    str path; /* absent: the picture is drawn */
    str name; /* below the folder, for messages */
    str alt;
};

enum { DEMO_PHOTO_FILES_MAX = 2000 };

/* One entry per piece, in `a`. What is left out is said on standard output, at most a few names of
 * each kind. Errors: NOT_FOUND "demo.no_photos" (arg: folder) when there is no such folder; LIMIT
 * "demo.many_photos". */
const struct err *demo_photos_choose(struct arena *a, const char *folder,
                                     const struct art_piece *const *pieces, size_t count,
                                     struct demo_photo **ret) MUST_CHECK;
/* The table's decision alone: how well the name fits the picture; 0: not at all, the greater the
 * better. */
int demo_photo_fits(str name, const char *picture);
bool demo_photo_has_words(const char *picture); /* the table knows the picture */

#endif
