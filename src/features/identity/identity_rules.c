#include "identity/identity_rules.h"

int identity_strength(enum identity_kind kind, bool is_verified)
{
    static const int strengths[IDENTITY_KIND_COUNT] = {
        [IDENTITY_ACCOUNT] = 5, [IDENTITY_CHANNEL] = 4, [IDENTITY_EMAIL] = 2,
        [IDENTITY_PHONE] = 2,   [IDENTITY_VISITOR] = 1,
    };
    ASSERT(kind < IDENTITY_KIND_COUNT && strengths[kind] > 0);
    return strengths[kind] + (strengths[kind] == 2 && is_verified);
}

static void add_once(int64_t *list, size_t *count, int64_t contact)
{
    for (size_t i = 0; i < *count; i++)
        if (list[i] == contact)
            return;
    list[(*count)++] = contact;
}

/* The owner of the strongest id that can take what was observed. */
static const struct identity_seen *choose(const struct identity_seen *seen, size_t count)
{
    const struct identity_seen *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct identity_seen *s = &seen[i];
        if (s->owner == 0 || s->owner_conflicts)
            continue;
        if (best == NULL || identity_strength(s->kind, s->is_verified) >
                                identity_strength(best->kind, best->is_verified))
            best = s;
    }
    return best;
}

static bool observes_identified(const struct identity_seen *seen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (identity_strength(seen[i].kind, seen[i].is_verified) >= 4)
            return true;
    return false;
}

void identity_decide(const struct identity_seen *seen, size_t count, struct identity_decision *ret)
{
    *ret = (struct identity_decision){0};
    const struct identity_seen *best = choose(seen, count);
    ret->target = best == NULL ? 0 : best->owner;
    bool is_identified =
        observes_identified(seen, count) || (best != NULL && best->owner_is_identified);
    for (size_t i = 0; i < count; i++) {
        const struct identity_seen *s = &seen[i];
        if (s->owner == 0) {
            ret->attach[i] = true;
            continue;
        }
        if (s->owner == ret->target)
            continue;
        bool both_identified = s->owner_conflicts || (s->owner_is_identified && is_identified);
        if (!both_identified)
            add_once(ret->merge, &ret->merge_count, s->owner);
        else if (identity_strength(s->kind, s->is_verified) >= 2)
            add_once(ret->suggest, &ret->suggest_count, s->owner);
    }
}
