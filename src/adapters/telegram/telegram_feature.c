/* The tables of adapter telegram. */
#include "telegram/telegram_sql.h"
#include "telegram/telegram_view.h"

static const char *const needs[] = {NULL};

static const struct setting_def settings[] = {
    {"telegram.api", SETTING_SERVER, SETTING_TEXT, "https://api.telegram.org", 0, 300, false,
     "where Telegram's Bot API is"},
    {"telegram.token", SETTING_SHOP, SETTING_SECRET, NULL, 0, 100, false,
     "token of the shop's bot"},
};

static const struct permission_def permissions[] = {
    {"channel.manage", "", "connect and disconnect channels"},
};

static const struct nav_item nav[] = {{85, "/channels", "telegram.nav", "send", "channel.manage"}};

static const struct route routes[] = {
    ROUTE(GET, "/console/{shop}/channels", WHO_SHOP, "channel.manage", CSRF_NONE, 0, RATE_READ,
          telegram_page, "channels of the shop"),
    ROUTE(GET, "/console/{shop}/channels/telegram.svg", WHO_SHOP, "channel.manage", CSRF_NONE, 0,
          RATE_READ, telegram_page_qr, "QR code of the shop's bot"),
    ROUTE(POST, "/console/{shop}/channels/telegram", WHO_SHOP, "channel.manage", CSRF_FORM, 2000,
          RATE_WRITE, telegram_page_connect, "connects the shop's bot by its token"),
    ROUTE(POST, "/console/{shop}/channels/telegram/remove", WHO_SHOP, "channel.manage", CSRF_FORM,
          1000, RATE_WRITE, telegram_page_remove, "disconnects the shop's bot"),
};

static const struct channel channel = {
    .name = "telegram",
    .label_key = "telegram.name",
    .buttons_per_message = CHANNEL_BUTTONS_MAX,
    .buttons_per_row = 4,
    .may_write_first = false,
    .pace_ms = 1000,
    .send = telegram_send,
    .start_link = telegram_start_link,
};

const struct feature telegram_feature = {
    .name = "telegram",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .settings = settings,
    .setting_count = COUNT(settings),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .nav = nav,
    .nav_count = COUNT(nav),
    .migrations = telegram_migrations,
    .migration_count = telegram_migration_count,
    .queries = telegram_queries,
    .query_count = telegram_query_count,
    .channel = &channel,
    .background = telegram_poll,
};
