/* Reef & Tide: swimwear that is kind to reefs. */
#include "demo/demo_data.h"

#define SIZES {"XS", "S", "M", "L", "XL"}

const struct demo_shop demo_reef = {
    .handle = "reef", .name = "Reef & Tide", .tagline = "Swimwear that leaves nothing in the sea",
    .about = "We cut and sew swimwear in a boathouse in Zeeland, from nylon that used to be fishing nets. Undyed linings, "
             "no glitter, no microbeads; mineral sunscreen only. One percent of every order goes to a reef nursery, and "
             "the receipt hangs on our wall.",
    .currency = "EUR", .language = "en", .country = "NL", .zone = "Europe/Amsterdam", .email = "hello@reef.example.com",
    .accent = "coral", .shipping = 495, .free_from = 9000, .tax_basis_points = 2100, .tax_included = true,
    .delivery = "Sent from Middelburg every working day before four. Two days in the Netherlands and Belgium, three to "
                "five elsewhere in Europe. 4.95, free from 90.",
    .returns = "Thirty days, also when you tried it on over your own underwear. The label in the parcel is prepaid.",
    .logo = "reef-underwater", .owner = "marit", .staff = "joost",
    .products = {
        {"reef-one-piece", "Reef One-Piece",
         "<p>The one we are known for. A straight-cut scoop front, a low back, straps that stay where you put them. It "
         "holds when you dive and dries while you have lunch.</p><ul><li>78 % regenerated nylon, 22 % elastane</li>"
         "<li>Lined in undyed cotton jersey</li><li>Wash cold, in the bag it comes in</li></ul>",
         "Swimwear", "one-piece, women", "Size", SIZES, "Colour", {"Coral", "Deep Teal", "Coral Print"}, {8900}, 11000, 210,
         7, {"reef-onepiece-coral", "reef-onepiece-teal", "reef-onepiece-fronds"}},
        {"tideline-one-piece", "Tideline One-Piece",
         "<p>A higher neck for people who swim lengths. The stripe is knitted in, not printed, so it will still be there "
         "in five summers.</p>",
         "Swimwear", "one-piece, women", "Size", SIZES, "Colour", {"Stripe", "Ink"}, {9500}, 0, 220, 6,
         {"reef-onepiece-stripes", "reef-onepiece-black"}},
        {"shallows-bikini", "Shallows Bikini",
         "<p>Two triangles, one brief, four knots. Sold as a set; tell us in the chat if you need two sizes and we will "
         "mix them.</p>",
         "Swimwear", "bikini, women", "Size", {"XS", "S", "M", "L"}, NULL, {0}, {7200}, 0, 120, 9, {"reef-bikini"}},
        {"drift-trunks", "Drift Swim Trunks",
         "<p>Mid-length, with a real pocket and a mesh that does not pinch. The print is a drawing of staghorn coral by "
         "Marit's sister.</p>",
         "Swimwear", "trunks, men", "Size", {"S", "M", "L", "XL"}, NULL, {0}, {5900}, 6900, 180, 11, {"reef-trunks"}},
        {"sandbar-top", "Sandbar Long-Sleeve Top",
         "<p>UPF 50 without any coating: the weave does it. For shoulders that burn and for water that is colder than it "
         "looks.</p>",
         "Swimwear", "rash guard, unisex", "Size", SIZES, NULL, {0}, {6800}, 0, 240, 8, {"reef-rashguard"}},
        {"mineral-sunscreen", "Mineral Sunscreen SPF 30",
         "<p>Zinc oxide, sunflower oil, beeswax. That is the whole list. It is white for a minute and then it is "
         "gone. No oxybenzone, no octinoxate.</p>",
         "Care", "sunscreen", "Size", {"50 ml", "100 ml"}, NULL, {0}, {1450, 2400}, 0, 140, 40, {"reef-sunscreen"}},
        {"wide-straw-hat", "Wide Straw Hat",
         "<p>Woven in Drenthe from rye straw, with a ribbon cut from our own offcuts. Packs flat under a towel and forgives "
         "you.</p>",
         "Accessories", "hat", NULL, {0}, NULL, {0}, {4900}, 0, 190, 14, {"reef-hat"}},
        {"tide-towel", "Tide Towel",
         "<p>Waffle on one side, terry on the other: one for sand, one for skin. 90 by 170.</p>",
         "Home", "towel", "Colour", {"Teal", "Cream stripe", "Coral"}, NULL, {0}, {3400}, 3900, 520, 18, {"reef-towels"}},
        {"reef-tote", "Reef Tote",
         "<p>Heavy canvas, a flat bottom, a loop for wet things. Carries two towels, a book and the sandwiches.</p>",
         "Accessories", "bag", NULL, {0}, NULL, {0}, {2200}, 0, 310, 0, {"reef-tote"}},
    },
    .posts = {
        {28, "marit", false, "The boathouse this morning. Six rolls of fabric that were fishing nets last year. #slowmade",
         {"reef-dawn"}, {{0}}, NULL,
         {{"jonas", "That light!"}, {"noor", "Which harbour do the nets come from?"}, {"marit", "Scheveningen and Urk, mostly."}}, 7},
        {22, "joost", false, "Back in stock: Drift trunks, all sizes. The pocket is real, I keep my keys in it. #reefandtide",
         {"reef-trunks"}, {{"drift-trunks", 480, 420}}, NULL, {{"daniel", "Ordered two. One is for me."}}, 5},
        {17, "ines", true, "Third summer with the Tideline. Faded less than I did.", {"reef-onepiece-stripes"},
         {{0}}, NULL, {{"marit", "Best review we ever had."}, {"camille", "Sold."}}, 9},
        {12, "marit", false, "A beach bag for people who carry everybody's things. #reefandtide", {"reef-tote", "reef-towels"},
         {{"reef-tote", 500, 650}, {"tide-towel", 500, 500}}, NULL, {{"daniel", "So, me."}}, 6},
        {9, "marit", false,
         "The Reef One-Piece is back, in coral. Comment #reef and we will send you a message: pick your size there, that is "
         "all.",
         {"reef-onepiece-coral", "reef-shore"}, {{"reef-one-piece", 520, 430}}, "reef",
         {{"ines", "#reef please, before they are gone again"}, {"noor", "#reef"}, {"mei", "Does it run small?"},
          {"joost", "A little. Most people take one size up."}}, 13},
        {4, "joost", false, "Low tide, high hat. Ribbon cut from last year's coral. #slowmade", {"reef-hat"},
         {{"wide-straw-hat", 500, 500}}, NULL, {{"sofia", "My head is 61. Will it fit?"}, {"joost", "It will. There is a cord inside."}}, 6},
        {1, "marit", false,
         "We went to see the nursery your orders pay for. These were fingernails two years ago. #reef",
         {"reef-underwater"}, {{"mineral-sunscreen", 300, 820}, {"reef-one-piece", 640, 800}}, NULL,
         {{"noor", "This is the good kind of growth curve."}, {"ines", "I would like to dive there."}}, 14},
    },
    .pools = {
        {"instagram", "Instagram", "Link in bio", "", 9, 9, 26, 75},
        {"newsletter", "Newsletter", "Letter of the month", "/p/reef-one-piece", 2, 14, 22, 120},
        {"beach-flyer", "Beach flyer (QR)", "Kiosk in Domburg", "/p/mineral-sunscreen", 2, 4, 10, 60},
        {"press", "Press", "Coast magazine", "", 1, 19, 12, 40},
    },
};
