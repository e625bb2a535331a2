//! A command that runs as a child of this process, in its place: signals reach it, and this process ends as it did.

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, getrlimit, kill_process, setrlimit, waitid,
};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2},
    iterator::{SignalsInfo, exfiltrator::WithOrigin},
    low_level::{emulate_default_handler, siginfo::Cause},
};
use std::{
    fs, io,
    os::unix::process::ExitStatusExt as _,
    process::{Command, ExitStatus},
    sync::{Mutex, PoisonError},
    thread,
};

/// The signals that are passed on. The others (a stop, a new window size) reach the command by its process group.
const PASSED_ON: [i32; 6] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2];

/// Runs a command until it ends, and returns how it ended. From the start of the command on, the signals that are passed
/// on no longer end this process, so that what follows is done whatever was sent to the command.
pub(crate) fn run(command: &mut Command) -> io::Result<ExitStatus> {
    // A signal that is ignored is ignored by the command, too; a handler would take that from it.
    let ignored = ignored();
    let passed_on = PASSED_ON.iter().filter(|signal| ignored >> (**signal - 1) & 1 == 0);
    let mut signals = SignalsInfo::<WithOrigin>::new(passed_on)?;
    let handle = signals.handle();
    let mut child = command.spawn()?;
    let pid = Pid::from_child(&child);
    let running = Mutex::new(true);
    thread::scope(|scope| {
        scope.spawn(|| {
            // What the kernel sends, for a key or a terminal that is gone, it sends to the whole process group.
            for origin in signals.forever().filter(|origin| !matches!(origin.cause, Cause::Kernel)) {
                let running = running.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(signal) = Signal::from_named_raw(origin.signal)
                    && *running
                {
                    let _ = kill_process(pid, signal); // a command with other rights decides for itself
                }
            }
        });
        // The child is left a zombie until no signal can be sent to it, so that its number is nobody else's.
        let ended = loop {
            match waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Err(rustix::io::Errno::INTR) => {}
                ended => break ended,
            }
        };
        *running.lock().unwrap_or_else(PoisonError::into_inner) = false;
        handle.close();
        ended?;
        child.wait()
    })
}

/// Returns the signals that this process was told to ignore, a bit each: by `nohup`, or by a shell that runs it in the
/// background. Where the kernel does not say which, there are none.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Ends this process by the signal that ended a command; returns only if that fails. No second memory image is written.
pub(crate) fn end_by(signal: i32) {
    let maximum = getrlimit(Resource::Core).maximum;
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum });
    let _ = emulate_default_handler(signal);
}

/// Returns the signal by which a command was ended, if somebody asked it to end.
pub(crate) fn cancelled_by(status: ExitStatus) -> Option<i32> {
    status.signal().filter(|signal| [SIGHUP, SIGINT, SIGQUIT, SIGTERM].contains(signal))
}
