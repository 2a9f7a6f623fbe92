//! Files that are none, or do not keep still.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

#[test]
fn hostile_neighbours_are_told_apart_and_harm_nobody() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    let secret = folder.folder.path().join("secret");
    fs::write(&secret, "untouched").unwrap();
    let inbox = folder.at("inbox");
    std::os::unix::fs::symlink(&secret, inbox.join("link.837")).unwrap();
    fs::hard_link(&secret, inbox.join("hard.837")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(inbox.join("pipe.837"))
            .status()
            .unwrap()
            .success()
    );
    let _socket = std::os::unix::net::UnixListener::bind(inbox.join("socket.837")).unwrap();
    fs::create_dir(inbox.join("folder.837")).unwrap();
    fs::write(inbox.join("upload.837.filepart"), night(9)).unwrap();
    for name in [
        b"two\nlines.837".to_vec(),
        b"..dots".to_vec(),
        b"not \xFF utf-8.837".to_vec(),
        vec![b'n'; 255],
    ] {
        fs::write(inbox.join(OsStr::from_bytes(&name)), "no claims").unwrap();
    }
    let said = folder.once();
    assert_eq!(
        folder.names("inbox"),
        ["..dots", "folder.837", "upload.837.filepart"],
        "dot files, folders and uploads are left alone"
    );
    let quarantine = folder.names("quarantine");
    let reasons = quarantine
        .iter()
        .filter(|name| name.ends_with(".why.txt"))
        .count();
    assert_eq!((quarantine.len(), reasons), (14, 7), "{quarantine:?}");
    assert_eq!(fs::read(&secret).unwrap(), b"untouched");
    let mut published = folder.published(".clean.837");
    published.append(&mut folder.published(".rejects.837"));
    assert_eq!(published, claims.all);
    assert!(
        !said.contains("two\nlines"),
        "a name must not forge a line of the log"
    );
}

#[test]
fn a_file_that_unpacks_to_more_than_is_allowed_is_refused() {
    let folder = Drop::new();
    folder.configure("max_unpacked_mb = 1\n");
    let mut bomb = night(1);
    bomb.resize(1_200_000, b' ');
    fs::write(
        folder.at("inbox/bomb.837"),
        zstd::encode_all(&bomb[..], 3).unwrap(),
    )
    .unwrap();
    bomb.truncate(900_000);
    fs::write(
        folder.at("inbox/large.837"),
        zstd::encode_all(&bomb[..], 3).unwrap(),
    )
    .unwrap();
    folder.once();
    assert_eq!(folder.names("quarantine"), ["bomb.837", "bomb.837.why.txt"]);
    let why = fs::read_to_string(folder.at("quarantine/bomb.837.why.txt")).unwrap();
    assert!(why.contains("grows past 1000000 bytes"), "{why}");
    assert!(folder.at("outbox/large.clean.837").is_file());
}

/// Adds bytes to a file that somebody has open.
fn append(path: &std::path::Path, bytes: &[u8]) {
    use std::io::Write;
    let mut file = fs::File::options().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_file_that_grows_while_it_is_read_is_read_again() {
    let folder = Drop::new();
    let mut claims = fill(&folder, 0..1);
    let second = night(1);
    count(&second, &mut claims.all);
    claims.good.append(&mut good(1));
    let once = AtomicBool::new(false);
    folder
        .inside(&|step| {
            if step == "scrubbed" && !once.swap(true, Ordering::Relaxed) {
                append(&folder.taken(), &second);
            }
        })
        .unwrap();
    check(&folder, &claims, "grown");
    let metrics = fs::read_to_string(folder.at("../.telescrub/metrics.prom")).unwrap();
    assert!(metrics.contains("{outcome=\"put_back\"} 1\n"), "{metrics}");
}

#[test]
fn a_newer_file_of_the_name_is_not_overwritten_by_one_that_is_put_back() {
    let folder = Drop::new();
    let mut claims = fill(&folder, 0..1);
    count(&night(1), &mut claims.all);
    claims.good.append(&mut good(1));
    let once = AtomicBool::new(false);
    folder
        .inside(&|step| {
            if step == "scrubbed" && !once.swap(true, Ordering::Relaxed) {
                append(&folder.taken(), b"ISA*");
                fs::write(folder.at("inbox/night-0.837"), night(1)).unwrap();
            }
        })
        .unwrap();
    assert_eq!(
        folder.names("quarantine"),
        ["night-0.837", "night-0.837.why.txt"]
    );
    assert_eq!(folder.published(".clean.837"), good(1));
    let kept = fs::read(folder.at("quarantine/night-0.837")).unwrap();
    assert!(kept.starts_with(&night(0)) && kept.ends_with(b"ISA*"));
}

#[test]
fn bytes_that_come_after_the_answer_are_kept_and_told() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder
        .inside(&|step| {
            if step == "archived" {
                append(&folder.taken(), b"ISA*and more");
            }
        })
        .unwrap();
    assert_eq!(folder.published(".clean.837"), claims.good);
    let quarantine = folder.names("quarantine");
    assert_eq!(quarantine.len(), 2, "{quarantine:?}");
    let late = fs::read(folder.at("quarantine").join(&quarantine[0])).unwrap();
    assert!(late.ends_with(b"ISA*and more"));
    let why = fs::read_to_string(folder.at("quarantine").join(&quarantine[1])).unwrap();
    assert!(why.contains("changed after it had been answered"), "{why}");
}

#[test]
fn a_file_that_grows_for_ever_does_not_keep_a_batch_from_its_end() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..2);
    let growing = folder.at("inbox/growing.837");
    fs::write(&growing, "ISA*").unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                append(&growing, b"00*");
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let mut settings = folder.settings();
        settings.settle = Duration::from_millis(200);
        let judgement = Judgement::new(common::today(), PolicyBook::builtin());
        let mut service = Service::open(settings).unwrap();
        let signals = Signals::default();
        let day = &common::today;
        let ended = service.run(judgement, true, &signals, day, &mut || None, &|_| {});
        done.store(true, Ordering::Relaxed);
        ended.unwrap();
    });
    assert_eq!(folder.names("inbox"), ["growing.837"]);
    assert_eq!(folder.published(".clean.837"), claims.good);
}

#[test]
fn a_link_that_a_crash_left_in_the_work_folder_is_not_followed() {
    let folder = Drop::new();
    let secret = folder.folder.path().join("secret");
    fs::write(&secret, night(0)).unwrap();
    std::os::unix::fs::symlink(&secret, folder.at("inbox/link.837")).unwrap();
    let mut command = folder.command();
    command.args(["--once", "--die-at", "taken"]);
    assert!(!command.output().unwrap().status.success());
    folder.once();
    assert_eq!(folder.names("outbox"), [""; 0]);
    assert_eq!(folder.names("quarantine"), ["link.837", "link.837.why.txt"]);
}
