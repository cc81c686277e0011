/* The tables of feature signin. */
#include "signin/signin.h"

#include "media/media.h"
#include "signin/signin_part.h"

enum { FORM_MAX = 16 * 1024 };

static const struct route routes[] = {
    ROUTE(GET, "/login", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, signin_page_login,
          "the page to log in"),
    ROUTE(POST, "/login", WHO_ANYONE, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH, signin_page_login,
          "logs in"),
    ROUTE(POST, "/login/link", WHO_ANYONE, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH, signin_page_link,
          "mails a link to log in"),
    ROUTE(POST, "/logout", WHO_ACCOUNT, NULL, CSRF_FORM, FORM_MAX, RATE_WRITE, signin_page_logout,
          "logs out"),
    ROUTE(GET, "/signup", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, signin_page_signup,
          "the page to sign up"),
    ROUTE(POST, "/signup", WHO_ANYONE, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH, signin_page_signup,
          "signs up"),
    ROUTE(GET, "/forgot", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, signin_page_forgot,
          "the page for a lost password"),
    ROUTE(POST, "/forgot", WHO_ANYONE, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH, signin_page_forgot,
          "mails a link for a new password"),
    ROUTE(GET, "/reset/{token}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_AUTH, signin_page_reset,
          "the page for a new password"),
    ROUTE(POST, "/reset/{token}", WHO_ANYONE, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH,
          signin_page_reset, "sets a new password"),
    ROUTE(GET, "/welcome/{token}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_AUTH, signin_page_welcome,
          "the page behind a mail's link"),
    ROUTE(POST, "/welcome/{token}", WHO_ANYONE, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH,
          signin_page_welcome, "proves an address and signs in"),
    ROUTE(GET, "/me", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, signin_page_me,
          "one's own account"),
    ROUTE(POST, "/me/profile", WHO_ACCOUNT, NULL, CSRF_FORM, FORM_MAX, RATE_WRITE,
          signin_page_profile, "changes name, handle and bio"),
    ROUTE(POST, "/me/language", WHO_ACCOUNT, NULL, CSRF_FORM, FORM_MAX, RATE_WRITE,
          signin_page_language, "changes the language"),
    ROUTE(POST, "/me/password", WHO_MEMBER, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH,
          signin_page_password, "changes the password"),
    ROUTE_UPLOAD(POST, "/me/photo", WHO_ACCOUNT, NULL, CSRF_FORM, MEDIA_FILE_BYTES_MAX + KiB(64),
                 RATE_UPLOAD, signin_page_photo,
                 "one's own photo, or none (multipart, fields photo, remove)"),
    ROUTE(POST, "/me/email", WHO_MEMBER, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH, signin_page_email,
          "mails a link to another address"),
    ROUTE(GET, "/me/email/{token}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_AUTH,
          signin_page_email_link, "the page behind that link"),
    ROUTE(POST, "/me/email/{token}", WHO_ANYONE, NULL, CSRF_FORM, FORM_MAX, RATE_AUTH,
          signin_page_email_link, "takes the new address"),
    ROUTE(POST, "/me/sessions/{id}/end", WHO_ACCOUNT, NULL, CSRF_FORM, FORM_MAX, RATE_WRITE,
          signin_page_revoke, "ends a session"),
    ROUTE(POST, "/api/v1/guests", WHO_ANYONE, NULL, CSRF_API, FORM_MAX, RATE_WRITE,
          signin_api_guest, "makes a guest and her token"),
    ROUTE(POST, "/api/v1/accounts", WHO_ANYONE, NULL, CSRF_API, FORM_MAX, RATE_AUTH,
          signin_api_sign_up, "signs up"),
    ROUTE(POST, "/api/v1/sessions", WHO_ANYONE, NULL, CSRF_API, FORM_MAX, RATE_AUTH,
          signin_api_log_in, "logs in: a token"),
    ROUTE(GET, "/api/v1/sessions", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, signin_api_sessions,
          "one's own sessions"),
    ROUTE(DELETE, "/api/v1/sessions/{id}", WHO_ACCOUNT, NULL, CSRF_API, 0, RATE_WRITE,
          signin_api_revoke, "ends a session; `current` logs out"),
    ROUTE(POST, "/api/v1/links", WHO_ANYONE, NULL, CSRF_API, FORM_MAX, RATE_AUTH, signin_api_link,
          "mails a link to log in or for a new password"),
    ROUTE(GET, "/api/v1/me", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, signin_api_me,
          "one's own account"),
    ROUTE(PATCH, "/api/v1/me", WHO_ACCOUNT, NULL, CSRF_API, FORM_MAX, RATE_WRITE, signin_api_change,
          "changes profile and language"),
    ROUTE(PUT, "/api/v1/me/email", WHO_MEMBER, NULL, CSRF_API, FORM_MAX, RATE_AUTH,
          signin_api_email, "mails a link to another address"),
    ROUTE(PUT, "/api/v1/me/password", WHO_MEMBER, NULL, CSRF_API, FORM_MAX, RATE_AUTH,
          signin_api_password, "changes the password"),
};

static const struct job_kind jobs[] = {
    {.name = "signin.mail",
     .run = signin_job_mail,
     .timeout_ms = 30000,
     .attempts_max = 8,
     .backoff_ms = 2000,
     .parallel_max = 2,
     .summary = "writes the letter somebody asked for, if there is anybody to write to"},
};

static const char *const needs[] = {"account", "media", "shop", "notify", NULL};

const struct feature signin_feature = {
    .name = "signin",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .jobs = jobs,
    .job_count = COUNT(jobs),
};
