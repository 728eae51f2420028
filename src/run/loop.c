/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/loop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.h"
#include "state/reported.h"

/* ---- listen ---- */

void loop_listen(struct loop *loop)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	if (loop->work.is_keeper)
		(void)sigaddset(&signals, SIGUSR2);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	loop->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watch_open(&loop->watch, loop->work.dirs->etc) < 0)
		log_warning(
			"cannot listen to all events of the kernel: nvmf-boot sees some changes only at its next try");
}

/* ---- act ---- */

bool loop_is_outdated(const struct loop *loop)
{
	return loop->watch.conf_changed && !loop->stays;
}

bool loop_act(struct loop *loop)
{
	CLEANUP_FREE struct step *steps = NULL;
	ssize_t n = diff(&loop->work.matches, &loop->work.history, now_ms(), &steps);
	bool changed = false;

	for (ssize_t i = 0; i < n && !loop->stopped && !loop_is_outdated(loop); i++)
		changed |= apply(&loop->work, &steps[i]);
	loop_report(loop);
	return changed;
}

/* The keeper leaves it to the passes to report what is wrong in a source. */
void loop_report(struct loop *loop)
{
	struct messages *of_sources = &loop->work.plan.messages, *failures = &loop->work.messages;

	if (loop->command && (reported_lacks(of_sources) || reported_lacks(failures)))
		reported_save(loop->work.dirs, &loop->work.plan, loop->command, failures, loop->reported);
	if (!loop->work.is_keeper)
		reported_print(of_sources, loop->reported);
	reported_print(failures, loop->reported);
}

/* ---- sleep ---- */

bool loop_is_busy(const struct loop *loop)
{
	for (size_t i = 0; i < PROBES_MAX; i++)
		if (loop->work.probes[i].fd >= 0)
			return true;
	return loop->work.writer.pid != 0;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_wakeup(const struct loop *loop, uint64_t now)
{
	uint64_t at = now + BACKOFF_MAX;

	if (loop->deadline)
		at = earlier(at, loop->deadline);
	if (loop->stays)
		at = earlier(at, loop->next_progress);
	for (size_t i = 0; i < loop->work.history.n_attempts; i++)
		if (loop->work.history.attempts[i].next > now)
			at = earlier(at, loop->work.history.attempts[i].next);
	for (size_t i = 0; i < PROBES_MAX; i++)
		if (loop->work.probes[i].fd >= 0)
			at = earlier(at, loop->work.probes[i].deadline);
	return at;
}

static void signal_event(struct loop *loop)
{
	struct signalfd_siginfo info;

	if (read(loop->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR2 && loop->work.is_keeper)
		loop->shutdown_since = now_ms();
	else
		loop->stopped = true;
}

void loop_wait(struct loop *loop)
{
	enum { SIGNALS, WRITER, WATCHES, PROBES = WATCHES + WATCH_FDS, TOTAL = PROBES + PROBES_MAX };
	struct pollfd fds[TOTAL];

	for (;;) {
		uint64_t now = now_ms(), at = next_wakeup(loop, now);
		bool woken;

		fds[SIGNALS] = (struct pollfd){.fd = loop->signals, .events = POLLIN};
		fds[WRITER] =
			(struct pollfd){.fd = loop->work.writer.pid ? loop->work.writer.fd : -1, .events = POLLIN};
		for (int i = 0; i < WATCH_FDS; i++)
			fds[WATCHES + i] = (struct pollfd){.fd = loop->watch.fd[i], .events = POLLIN};
		for (int i = 0; i < PROBES_MAX; i++)
			fds[PROBES + i] =
				(struct pollfd){.fd = loop->work.probes[i].fd, .events = loop->work.probes[i].events};
		woken = poll(fds, TOTAL, at > now ? (int)(at - now) : 0) == 0;
		loop->idle = woken;
		if (fds[SIGNALS].revents)
			signal_event(loop);
		if (fds[WRITER].revents)
			apply_write_event(&loop->work);
		for (int i = 0; i < PROBES_MAX; i++)
			if (loop->work.probes[i].fd >= 0 &&
			    (fds[PROBES + i].revents || now_ms() >= loop->work.probes[i].deadline))
				apply_probe_event(&loop->work, &loop->work.probes[i], fds[PROBES + i].revents);
		woken |= fds[SIGNALS].revents || fds[WRITER].revents;
		for (int i = 0; i < PROBES_MAX; i++)
			woken |= fds[PROBES + i].revents != 0;
		woken |= watch_drain(&loop->watch);
		if (woken)
			return;
	}
}
