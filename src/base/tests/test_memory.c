/* arena, str, strbuf and err: limits, order of release, absent views, and every allocation failing.
 */
#include "base/tests/unit.h"

#include <string.h>

#include "base/strbuf.h"

static int released[4];
static size_t released_count;

static void note_release(void *p)
{
    released[released_count++] = *(int *)p;
}

static void arena_gives_aligned_memory_up_to_its_cap(void **state)
{
    (void)state;
    struct arena small;
    arena_init(&small, 20000);
    char *first = arena_alloc(&small, 1), *second = arena_new(&small, 100);
    assert_true((uintptr_t)first % 16 == 0 && (uintptr_t)second % 16 == 0 && second - first == 16);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(second[i], 0);
    assert_null(arena_alloc(&small, 20001));
    assert_null(arena_alloc(&small, SIZE_MAX));
    assert_null(arena_new_array(&small, SIZE_MAX / 2, 16));
    size_t taken = 0;
    while (arena_alloc(&small, 1000) != NULL)
        taken++;
    assert_in_range(taken, 10, 19);
    assert_true(small.used_bytes <= 20000);
    arena_reset(&small);
    assert_non_null(arena_alloc(&small, 10000));
    arena_done(&small);
    assert_int_equal(small.used_bytes, 0);
}

static void arena_grows_in_place_or_copies(void **state)
{
    (void)state;
    char *p = arena_alloc(&a, 10);
    memcpy(p, "0123456789", 10);
    assert_ptr_equal(arena_grow(&a, p, 10, 200), p);
    char *other = arena_alloc(&a, 1);
    assert_non_null(other);
    char *moved = arena_grow(&a, p, 200, 400);
    assert_ptr_not_equal(moved, p);
    assert_memory_equal(moved, "0123456789", 10);
    assert_ptr_equal(arena_grow(&a, moved, 400, 5), moved);
    moved = arena_grow(&a, moved, 400, MiB(2)); /* more than a chunk */
    assert_memory_equal(moved, "0123456789", 10);
    VEC(int64_t) numbers = {0};
    for (int64_t i = 0; i < 1000; i++) {
        int64_t *slot = VEC_PUSH(&a, &numbers);
        assert_non_null(slot);
        *slot = i;
    }
    for (int64_t i = 0; i < 1000; i++)
        assert_int_equal(numbers.items[i], i);
}

static void arena_releases_in_reverse_order(void **state)
{
    (void)state;
    static int numbers[] = {0, 1, 2, 3};
    released_count = 0;
    assert_true(arena_defer(&a, note_release, &numbers[0]));
    struct arena_mark mark = arena_get_mark(&a);
    char *before = arena_alloc(&a, 8);
    assert_true(arena_defer(&a, note_release, &numbers[1]));
    assert_non_null(arena_alloc(&a, MiB(2)));
    assert_true(arena_defer(&a, note_release, &numbers[2]));
    arena_rewind(&a, mark);
    assert_int_equal(released_count, 2);
    assert_true(released[0] == 2 && released[1] == 1);
    assert_ptr_equal(arena_alloc(&a, 8), before);
    arena_fail_at(1, false);
    assert_false(arena_defer(&a, note_release, &numbers[3]));
    arena_fail_at(0, false);
    assert_true(released_count == 3 && released[2] == 3);
    arena_reset(&a);
    assert_true(released_count == 4 && released[3] == 0);
}

static void str_compares_and_finds(void **state)
{
    (void)state;
    assert_true(str_eq(S(""), STR_NONE) && str_is_absent(STR_NONE) && !str_is_absent(S("")));
    assert_true(str_is_absent(str_c(NULL)) && str_eq(str_c("ab"), S("ab")) &&
                !str_eq(S("ab"), S("aB")));
    assert_true(str_eq_nocase(S("Content-Type"), S("content-tYPE")) &&
                !str_eq_nocase(S("a"), S("ab")));
    assert_false(str_eq_nocase(S("@"), S("`"))); /* differ by 0x20 and are no letters */
    assert_true(str_cmp(S("a"), S("b")) < 0 && str_cmp(S("ab"), S("a")) > 0 &&
                str_cmp(STR_NONE, S("")) == 0);
    assert_true(str_cmp(S("\xff"), S("a")) > 0);
    assert_true(str_starts(S("abc"), S("ab")) && !str_starts(S("a"), S("ab")) &&
                str_starts(STR_NONE, S("")));
    assert_true(str_ends(S("abc"), S("bc")) && !str_ends(S("c"), S("bc")) &&
                str_ends(STR_NONE, STR_NONE));
    assert_int_equal(str_find(S("hello"), S("l")), 2);
    assert_int_equal(str_find(S("hello"), S("lx")), -1);
    assert_int_equal(str_find(STR_NONE, S("x")), -1);
    assert_int_equal(str_rfind_char(S("a.b.c"), '.'), 3);
    assert_int_equal(str_find_char(STR_NONE, 'x'), -1);
    assert_str_equal(str_sub(S("hello"), 3, 100), "lo");
    assert_str_equal(str_sub(S("hello"), 9, 1), "");
    assert_str_equal(str_trim(S(" \t a b\r\n")), "a b");
    assert_true(str_eq_secret(S("k"), S("k")) && !str_eq_secret(S(""), S("")) &&
                !str_eq_secret(S("k"), S("l")));
    assert_false(str_eq_secret(STR_NONE, STR_NONE));
    assert_true(str_hash(S("a")) != str_hash(S("b")) && str_hash(STR_NONE) == str_hash(S("")));
}

static void str_cuts_and_reads_numbers(void **state)
{
    (void)state;
    static const char *const parts[] = {"a", "", "b", ""};
    str rest = S("a,,b,");
    size_t count = 0;
    while (!str_is_absent(rest)) {
        str part = str_cut(&rest, ',');
        assert_true(count < COUNT(parts) && str_eq(part, str_c(parts[count])));
        count++;
    }
    assert_int_equal(count, COUNT(parts));
    int64_t number;
    uint64_t positive;
    assert_true(str_to_int(S("-9223372036854775808"), &number) && number == INT64_MIN);
    assert_true(str_to_int(S("+9223372036854775807"), &number) && number == INT64_MAX);
    static const char *const bad[] = {
        "",   "-",   "+-1", "9223372036854775808",    "-9223372036854775809", "1 ",
        " 1", "0x1", "1.0", "99999999999999999999999"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(str_to_int(str_c(bad[i]), &number));
    assert_false(str_to_int(STR_NONE, &number));
    assert_true(str_to_uint(S("18446744073709551615"), UINT64_MAX, &positive) &&
                positive == UINT64_MAX);
    assert_false(str_to_uint(S("256"), 255, &positive) || str_to_uint(S("-1"), 255, &positive));
}

static void strbuf_keeps_its_maximum(void **state)
{
    (void)state;
    struct strbuf sb;
    str text;
    strbuf_init(&sb, &a, 10);
    strbuf_add(&sb, S("01234"));
    strbuf_addf(&sb, "%d", 56789);
    assert_null(strbuf_finish(&sb, &text));
    assert_str_equal(text, "0123456789");
    assert_int_equal(text.ptr[10], '\0');
    strbuf_add_char(&sb, 'x');
    assert_true(sb.failed);
    assert_int_equal(strbuf_finish(&sb, &text)->kind, ERR_LIMIT);
    strbuf_clear(&sb);
    strbuf_add(&sb, STR_NONE);
    strbuf_add_int(&sb, INT64_MIN);
    assert_true(sb.failed); /* 20 characters */
    strbuf_init(&sb, &a, SIZE_MAX); /* no maximum but the arena's */
    for (int i = 0; i < 1000; i++)
        strbuf_add(&sb, S("0123456789"));
    strbuf_add_int(&sb, INT64_MIN);
    assert_null(strbuf_finish(&sb, &text));
    assert_true(text.len == 10020 && str_ends(text, S("-9223372036854775808")));
    strbuf_init(&sb, &a, 0);
    assert_null(strbuf_finish(&sb, &text));
    assert_str_equal(text, "");
}

static void texts_for_libraries_hold_no_nul(void **state)
{
    (void)state;
    const char *c;
    str copy;
    assert_null(str_to_c(&a, STR_NONE, &c));
    assert_string_equal(c, "");
    assert_int_equal(str_to_c(&a, S("a\0b"), &c)->kind, ERR_INVALID);
    assert_null(str_dup(&a, STR_NONE, &copy));
    assert_true(str_is_absent(copy));
    assert_null(str_fmt(&a, &copy, "%s-%d", "x", 7));
    assert_str_equal(copy, "x-7");
}

static void err_says_what_went_wrong(void **state)
{
    (void)state;
    const struct err *e = ERR(&a, ERR_CONFLICT, "order.sold_out", "variant %d", 7);
    const struct err *named = err_with_field(&a, e, "quantity");
    const struct err *full = err_with_arg(&a, err_with_arg(&a, named, S("blue")), S("3"));
    const struct err *wrapped = err_wrap(&a, full, "placing %s", "order");
    assert_int_equal(wrapped->kind, ERR_CONFLICT);
    assert_string_equal(wrapped->field, "quantity");
    assert_str_equal(wrapped->args[0], "blue");
    assert_str_equal(wrapped->args[1], "3");
    assert_str_equal(wrapped->detail, "placing order");
    assert_str_equal(wrapped->cause->detail, "variant 7");
    assert_null(e->field);
    struct arena brief;
    arena_init(&brief, KiB(16));
    const struct err *inner =
        err_with_arg(&brief, ERR(&brief, ERR_LIMIT, "error.too_much", "row %d", 9), S("nine"));
    const struct err *kept = err_keep(&a, err_wrap(&brief, inner, "reading"));
    arena_done(&brief);
    assert_str_equal(kept->detail, "reading");
    assert_str_equal(kept->args[0], "nine");
    assert_str_equal(kept->cause->detail, "row 9");
    assert_null(err_keep(&a, NULL));
    assert_int_equal(err_policy_of(ERR_CONFLICT)->http_status, 409);
    char long_text[2000];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(ERR(&a, ERR_BUG, "error.bug", "%s", long_text)->detail.len, 511);
}

static const struct err *build_texts(struct arena *arena)
{
    struct strbuf sb;
    str text, copy;
    const char *c;
    VEC(int) numbers = {0};
    for (int i = 0; i < 100; i++) {
        int *slot = VEC_PUSH(arena, &numbers);
        if (slot == NULL)
            return &err_out_of_memory;
        *slot = i;
    }
    strbuf_init(&sb, arena, 100000);
    for (int i = 0; i < 100; i++)
        strbuf_addf(&sb, "number %d of many; ", i);
    TRY(strbuf_finish(&sb, &text));
    TRY(str_dup(arena, text, &copy));
    TRY(str_to_c(arena, copy, &c));
    assert_int_equal(strlen(c), text.len);
    return str_fmt(arena, &copy, "%s", "end");
}

static const struct err *build_errors(struct arena *arena)
{
    const struct err *e = ERR(arena, ERR_INVALID, "error.text", "detail %d", 1);
    e = err_with_field(arena, e, "field");
    e = err_with_arg(arena, e, S("argument"));
    e = err_wrap(arena, e, "wrapped");
    assert_non_null(e); /* whatever fails, an error comes back */
    assert_non_null(e->key);
    assert_true(e->kind == ERR_INVALID || e == &err_out_of_memory || e->kind == ERR_LIMIT);
    return NULL;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    unit_fault_loop(build_texts);
    unit_fault_loop(build_errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(arena_gives_aligned_memory_up_to_its_cap),
        TEST(arena_grows_in_place_or_copies),
        TEST(arena_releases_in_reverse_order),
        TEST(str_compares_and_finds),
        TEST(str_cuts_and_reads_numbers),
        TEST(strbuf_keeps_its_maximum),
        TEST(texts_for_libraries_hold_no_nul),
        TEST(err_says_what_went_wrong),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
