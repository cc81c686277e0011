/* Links one layer or feature as a whole with only what it may know: see `checks` in meson.build. */
int main(void)
{
    return 0;
}
