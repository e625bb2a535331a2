/* What must be arranged before Rust's runtime starts, and cannot be in safe Rust. Nothing here is called: `prepare` runs
 * before `main`. docs/design/0024-limits-of-the-process.md says why this is C. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The allocator, the C++ runtime and RocksDB abort where memory or threads are refused. A command ends with a message
 * and exit code 2 all the same. */
static void aborted(int signal) {
    static const char message[] =
        "error: decl was stopped by a limit of this process or machine, most likely memory or threads\n"
        "hint: see ulimit -a; what was acknowledged is sealed, and sealing the rest again is safe\n";
    (void)signal;
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(2);
}

/* A write beyond the limit of a file's size is then an error of that write. Not SIG_IGN, which a command that is started
 * would inherit. */
static void passed_over(int signal) { (void)signal; }

static void handle(int signal, void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, NULL);
}

__attribute__((constructor)) static void prepare(void) {
    handle(SIGABRT, aborted);
    handle(SIGXFSZ, passed_over);
}
