/* Runs before `main`, also in `decl`: Rust's runtime opens /dev/null in the place of a closed descriptor, and an answer
 * would go nowhere with exit code 0. docs/design/0024-limits-of-the-process.md says why this is C. */

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void look_at_stdout(void) {
    if (fcntl(STDOUT_FILENO, F_GETFD) == -1) {
        setenv("DECL_STDOUT_CLOSED", "1", 1);
    }
}
