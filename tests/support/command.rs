//! Commands of the program under test beside a server, or without one.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use super::server::{Server, program};

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// Its stdout, where it was carried out.
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// It could not, and says so in one sentence with this in it.
    pub fn refused(self, sentence: &str) {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.trim().lines().count(), 1, "{self:?}");
        assert!(self.stderr.contains(sentence), "{sentence:?} is not in {self:?}");
    }
}

/// A command on a data folder.
pub fn on(data: &Path, arguments: &[&str]) -> Ended {
    end(program().args(arguments).arg("--data").arg(data), "")
}

impl Server {
    /// A command on what this server keeps, while it runs.
    pub fn command(&self, arguments: &[&str]) -> Ended {
        self.command_with(arguments, "")
    }

    /// The same, with this on stdin.
    pub fn command_with(&self, arguments: &[&str], stdin: &str) -> Ended {
        let mut command = program();
        command.args(arguments).arg("--data").arg(self.data());
        if let Some(behind) = &self.behind {
            command.args(["--store", &behind.store, "--bus", &behind.bus]);
        }
        for (key, value) in &self.options.environment {
            command.env(key, value);
        }
        end(&mut command, stdin)
    }
}

pub fn end(command: &mut Command, stdin: &str) -> Ended {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the binary starts");
    let mut pipe = child.stdin.take().expect("stdin is piped");
    // A command that reads nothing may have ended.
    let _ = pipe.write_all(stdin.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().expect("a child can be waited for");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}
