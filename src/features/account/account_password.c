/* Which passwords are refused: too short, or among the first that anybody would try.
 *
 * A small list of the commonest words, compared after undoing the usual disguises (capitals,
 * "p4ssw0rd", digits and marks behind), together with runs ("12345678", "qwertyuiop") and
 * repetitions covers the top of every published list with little. No rule about capitals or digits:
 * they make passwords shorter, not better.
 */
#include <string.h>

#include "account/account.h"
#include "base/utf8.h"
#include "sys/crypto.h"

enum { BARE_MAX = 24, SAME_STEP_MIN = 5 };

/* Sorted by subject, not by letter: read once per new password. */
static const char common[] =
    " password passwort passw passwd pass motdepasse contrasena senha wachtwoord parola secret "
    "secrets letmein welcome willkommen "
    "bienvenue admin administrator root login user guest test testing tester default changeme "
    "changeit master hello "
    "hallo goodbye iloveyou loveyou loveme love lover lovely forever woaini aini trustno trustnoi "
    "trustnol access "
    "computer internet samsung google facebook instagram twitter telegram whatsapp wechat alibaba "
    "taobao microsoft windows "
    "android iphone apple linkedin youtube netflix nintendo playstation xbox minecraft pokemon "
    "fortnite starwars "
    "matrix batman superman spiderman ironman joker hannah jessica michael michelle jennifer "
    "jordan andrew daniel "
    "charlie thomas robert matthew joshua anthony william george martin david ashley amanda nicole "
    "natasha alexander "
    "benjamin samantha stephanie elizabeth victoria maria mariana francesco giovanni andrea "
    "alejandro carlos "
    "princess princesa queen angel angels babygirl baby sweetie sweetheart honey sugar cookie "
    "chocolate banana orange "
    "cherry pepper ginger peanut butterfly flower flowers rainbow sunshine sunflower summer winter "
    "spring autumn monday "
    "friday january february august september october november december football futbol fussball "
    "soccer baseball basketball "
    "hockey tennis liverpool chelsea arsenal barcelona realmadrid juventus manchester dragon "
    "monkey tiger tigger panther eagle "
    "falcon phoenix wolf dolphin dolphins horse bailey buster cowboy yankees rangers lakers "
    "steelers harley mustang "
    "corvette ferrari porsche mercedes thunder lightning diamond silver golden shadow midnight "
    "freedom "
    "jesus jesuschrist christ blessed heaven faith killer hunter ranger soldier warrior asshole "
    "fuckyou fuckoff "
    "pussy sexy hottie bigdick whatever nothing something anything computerr maverick merlin "
    "gandalf hobbit "
    "london paris berlin amsterdam moscow beijing shanghai chengdu america canada australia "
    "germany england france italia "
    "zxcvbnm asdfghjkl qwertyuiop qwerty qwertz azerty qazwsx qazwsxedc wsxedc asdf asdfgh asdfjkl "
    "zxcvb "
    "abcdefg abcdefgh abc abcd aaaaaa money business family friends purple yellow orange shopping "
    "shop store ";

static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
    "azertyuiop", "1qaz2wsx3edc4rfv5tgb", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgb", "!@#$%^&*()",
};

static char plain_of(char c)
{
    static const char disguised[] = "4@301!5$7", meant[] = "aaeoiisst";
    const char *at = memchr(disguised, c, sizeof disguised - 1);
    return at == NULL ? c : meant[at - disguised];
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* What is left without digits and marks behind or in front, with disguises undone. */
static bool is_common_word(str lower)
{
    char bare[BARE_MAX + 3] = " ";
    size_t from = 0, to = lower.len, n = 1;
    while (to > from && !is_letter(lower.ptr[to - 1]))
        to--;
    while (from < to && !is_letter(lower.ptr[from]) && plain_of(lower.ptr[from]) == lower.ptr[from])
        from++;
    if (to - from > BARE_MAX || to - from < 3)
        return false;
    for (size_t i = from; i < to; i++)
        bare[n++] = plain_of(lower.ptr[i]);
    bare[n++] = ' ';
    return str_find(str_c(common), (str){bare, n}) >= 0;
}

static bool is_repetition(str s)
{
    for (size_t period = 1; period <= 4 && period * 2 <= s.len; period++)
        if (memcmp(s.ptr, s.ptr + period, s.len - period) == 0)
            return true;
    return false;
}

/* Consists of runs along an alphabet or a keyboard, forwards or backwards: "12345678",
 * "qwertyasdf", "87654321". */
static bool is_runs(str s)
{
    size_t i = 0;
    while (i < s.len) {
        size_t longest = 0;
        for (size_t r = 0; r < COUNT(rows); r++) {
            const char *at = strchr(rows[r], s.ptr[i]);
            size_t ahead = 1, back = 1;
            if (at == NULL)
                continue;
            while (i + ahead < s.len && at[ahead] != '\0' && at[ahead] == s.ptr[i + ahead])
                ahead++;
            while (i + back < s.len && at - rows[r] >= (ptrdiff_t)back &&
                   at[-(ptrdiff_t)back] == s.ptr[i + back])
                back++;
            size_t here = ahead > back ? ahead : back;
            longest = here > longest ? here : longest;
        }
        if (longest < 3)
            return false;
        i += longest;
    }
    return true;
}

static bool is_digits_few(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len < 10; /* dates and phone numbers */
}

static bool repeats_person(str lower, str whose)
{
    str whom = str_trim(whose), local = str_cut(&whom, '@');
    return local.len > 2 &&
           (str_eq_nocase(lower, whose) || str_eq_nocase(lower, local) ||
            (str_starts_nocase(lower, local) && lower.len < local.len + SAME_STEP_MIN));
}

static const struct err *refuse(struct arena *a, const char *key, str password)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%zu bytes", password.len), "password");
}

const struct err *account_password_check(struct arena *a, str password, str email, str name)
{
    str lower;
    if (utf8_count(password) < ACCOUNT_PASSWORD_MIN)
        return refuse(a, "account.password_short", password);
    if (password.len > CRYPTO_PASSWORD_MAX)
        return refuse(a, "account.password_long", password);
    TRY(utf8_lower_ascii(a, password, &lower));
    if (is_common_word(lower) || is_repetition(lower) || is_runs(lower) || is_digits_few(lower) ||
        repeats_person(lower, email) || repeats_person(lower, name))
        return refuse(a, "account.password_common", password);
    return NULL;
}
