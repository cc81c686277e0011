/* Jingdezhen Clay: a ceramics works that sells by the piece and by the carton. */
#include "demo/demo_data.h"

const struct demo_shop demo_jingde = {
    .handle = "jingde", .name = "Jingdezhen Clay", .tagline = "Porcelain by the piece, by the carton, by the crate",
    .about = "Our family has fired porcelain in Jingdezhen since 1953. Eleven people work here; four throw, two glaze, one "
             "watches the kiln and will not be hurried. Buy one cup, or a carton for your restaurant: it is the same cup. For "
             "crates, write to us in the chat and you get a quotation the same day.",
    .currency = "USD", .language = "en", .country = "CN", .zone = "Asia/Shanghai", .email = "export@jingde.example.com",
    .accent = "clay", .shipping = 1200, .free_from = 20000, .tax_basis_points = 0, .tax_included = true,
    .delivery = "Single pieces leave within three days by air and take seven to twelve. Cartons go by rail to Europe in "
                "three weeks. Everything is packed in moulded pulp; what breaks on the way we send again.",
    .returns = "Fourteen days, unused. Cartons: tell us within seven days of arrival, with a photo of the box.",
    .logo = "clay-moon", .owner = "wenqing", .staff = "haoran",
    .products = {
        {"celadon-cup", "Celadon Tea Cup",
         "<p>Thrown thin, glazed three times, fired once. The crackle goes on for years: on quiet evenings you can hear it."
         "</p><p>8 cl, fits the palm.</p>",
         "Tableware", "cup, celadon", "Pack", {"1 cup", "Set of 6", "Carton of 48"}, NULL, {0}, {1600, 8400, 52800}, 0, 120, 60,
         {"clay-cups"}},
        {"cobalt-teapot", "Cobalt Branch Teapot",
         "<p>Every pot carries one branch, painted without a sketch by Mrs. Deng, who has painted that branch for thirty "
         "years and says she is getting closer.</p>",
         "Tableware", "teapot, blue and white", NULL, {0}, NULL, {0}, {9800}, 0, 900, 9, {"clay-teapot"}},
        {"river-bowls", "River Bowls",
         "<p>Four glazes from the same river clay, with the iron left in. They nest, they stack, they survive the "
         "dishwasher.</p>",
         "Tableware", "bowl, stoneware", "Pack", {"Set of 4", "Carton of 24"}, NULL, {0}, {6400, 31200}, 0, 2100, 26,
         {"clay-bowls", "clay-pears"}},
        {"meiping-vase", "Meiping Vase, Celadon",
         "<p>A shape from the Song dynasty, made for one branch of plum. 31 cm. Any branch will do.</p>",
         "Vases", "vase, celadon", NULL, {0}, NULL, {0}, {14500}, 0, 1800, 5, {"clay-meiping"}},
        {"oxblood-bottle", "Ox-Blood Bottle",
         "<p>Copper red is a glaze that says no four times out of five. These are the fifths. No two are alike, so you "
         "get the one in the kiln that day.</p>",
         "Vases", "vase, copper red", NULL, {0}, NULL, {0}, {21000}, 24000, 1400, 4, {"clay-oxblood", "clay-trio"}},
        {"moon-jar", "Moon Jar",
         "<p>Two bowls joined at the waist, not quite round. We leave the seam so that you can find it with a finger."
         "</p>",
         "Vases", "jar, white porcelain", NULL, {0}, NULL, {0}, {26000}, 0, 3200, 3, {"clay-moon"}},
        {"two-fires-mug", "Two Fires Mug",
         "<p>Dipped twice, so it has a horizon. 32 cl, dishwasher and microwave.</p>",
         "Tableware", "mug, stoneware", "Pack", {"1 mug", "Set of 2", "Carton of 36"}, NULL, {0}, {2400, 4400, 61200}, 0, 380, 44,
         {"clay-mugs"}},
        {"hand-glazed-tile", "Hand-Glazed Tile 10 x 10",
         "<p>Nineteen colours and eleven patterns; the box holds what you choose in the chat. Sold by the box of 50, half "
         "a square metre.</p>",
         "Tiles", "tile", "Pack", {"Sample of 4", "Box of 50", "Pallet of 40 boxes"}, NULL, {0}, {1200, 9500, 342000}, 0, 11000, 0,
         {"clay-tiles"}},
        {"everyday-plate", "Everyday Plate",
         "<p>26 cm with a rim that a thumb likes, and one blue line that the wheel draws by itself.</p>",
         "Tableware", "plate", "Pack", {"1 plate", "Set of 6", "Carton of 30"}, NULL, {0}, {2900, 15600, 66000}, 0, 640, 38,
         {"clay-plates"}},
    },
    .posts = {
        {26, "wenqing", false, "Two hundred bodies drying. Nobody is allowed to sneeze in here until Thursday. #jingdezhen",
         {"clay-shelf"}, {{0}}, NULL, {{"priya", "I would sneeze."}, {"wenqing", "Everybody does. We count them."}}, 8},
        {20, "wenqing", false, "Kiln 4, opened at dawn. Five ox-blood bottles went in and one came out like this. #copperred",
         {"clay-oxblood"}, {{"oxblood-bottle", 420, 600}}, NULL,
         {{"camille", "That red does not exist in any paint fan."}, {"sofia", "Is it still there?"}}, 12},
        {15, "tomasz", true, "Forty-eight celadon cups arrived. Forty-eight celadon cups survived. My café has never matched this well.",
         {"clay-cups"}, {{0}}, NULL, {{"haoran", "Moulded pulp. It looks silly and it works."}}, 10},
        {11, "haoran", false,
         "Tiles for a bathroom in Nantes: 600 of them, three patterns, no two quite the same. Comment #tile and we "
         "send you a sample box by chat.",
         {"clay-tiles"}, {{"hand-glazed-tile", 500, 480}}, "tile",
         {{"camille", "It is my bathroom. It is perfect."}, {"priya", "#tile"}, {"mei", "#tile for the kitchen?"}}, 11},
        {6, "wenqing", false, "The seam of a moon jar. Left there on purpose. #jingdezhen", {"clay-moon"}, {{"moon-jar", 520, 500}}, NULL,
         {{"mei", "I want to find it with a finger."}}, 9},
        {2, "haoran", false, "Hall 7, stand 12, until Sunday. Come and drop a cup; we brought spares. #fair", {"clay-trio", "clay-mugs"},
         {{"two-fires-mug", 300, 560}, {"oxblood-bottle", 500, 600}}, NULL, {{"sofia", "I dropped one. It bounced."}}, 7},
    },
    .pools = {
        {"fair-booth", "Fair booth (QR)", "Hall 7, stand 12", "", 1, 3, 34, 70},
        {"wholesale-list", "Wholesale list", "Price list PDF", "/p/celadon-cup", 3, 16, 9, 90},
        {"pinterest", "Pinterest", "Pins", "/p/moon-jar", 6, 22, 8, 22},
        {"instagram", "Instagram", "Link in bio", "", 5, 11, 14, 45},
    },
};
