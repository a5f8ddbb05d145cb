"""Puts the pieces together: emulator, front, functions, stream, reload, demo; starts and stops them in order."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
import urllib.request
from pathlib import Path

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config

from local import environment, queue, schedule, stream
from local.demo import Demo, DemoError
from local.deploy import Deployment, deploy
from local.emulator import Emulator
from local.host import Host
from local.mail import Mailbox
from local.place import Place
from local.reload import Watch
from local.routes import Routes
from local.web import Web
from scripts.catalogues import compile_catalogues

_LARGEST_LOG = 10_000_000


class Runner:
    """One run, from start to Ctrl-C."""

    def __init__(self, place: Place, *, demo: bool) -> None:
        self._place = place
        self._wants_demo = demo
        if place.log.exists() and place.log.stat().st_size > _LARGEST_LOG:
            place.log.unlink()
        self._emulator = Emulator(place)
        self._host = Host(place, self._emulator.credentials)
        self._mailbox = Mailbox(place)
        self._web = Web(place, self._host, self._mailbox)
        self._pumps: list[stream.Pump | queue.Reader | schedule.Clockwork] = []
        self._watch = Watch(place.root, self._code_changed)
        self._deploying = threading.Lock()
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> int:
        """Serve until told to stop; tell how it went."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        self._loop = loop
        for wanted in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(wanted, stop.set)
        servers = [
            asyncio.create_task(_serve(self._emulator.application, self._place.aws_port, stop)),
            asyncio.create_task(_serve(self._web.application, self._place.port, stop)),
        ]
        saving = asyncio.create_task(self._keep_saved())
        starting = asyncio.create_task(asyncio.to_thread(self._start))
        starting.add_done_callback(lambda task: stop.set() if task.exception() else None)
        await stop.wait()
        self._stop()
        saving.cancel()
        await asyncio.gather(*servers, saving, return_exceptions=True)
        await self._emulator.save()
        if starting.done() and (problem := starting.exception()):
            raise problem
        print("Stopped. The data stays in", self._place.home)
        return 0

    async def _keep_saved(self) -> None:
        await asyncio.gather(self._emulator.keep_saved(), self._keep_mail())

    async def _keep_mail(self) -> None:
        """The emulator forgets sent mail when it stops; collect it while it runs."""
        while True:
            await asyncio.sleep(1)
            if self._web.routes:
                await asyncio.to_thread(self._mailbox.all)

    def _start(self) -> None:
        started = time.monotonic()
        _await_emulator(self._place)
        compile_catalogues(self._place.root)
        deployment = self._deploy()
        self._host.warm()
        self._watch.start()
        print(f"Ready after {time.monotonic() - started:.1f} s.", flush=True)
        if self._wants_demo and deployment:
            self._show_demo(Demo(self._place, deployment, self._mailbox))
        else:
            print(f"The portal is at {self._place.url}/", flush=True)

    def _show_demo(self, demo: Demo) -> None:
        try:
            demo.fill()
        except (DemoError, httpx.HTTPError, KeyError) as failure:
            if not self._stopping.is_set():
                print(f"The demo is not complete; the next start goes on. {failure}", file=sys.stderr, flush=True)
        if not self._stopping.is_set():
            print(demo.summary(), flush=True)

    def _stop(self) -> None:
        self._stopping.set()
        self._watch.stop()
        for pump in self._pumps:
            pump.stop()
        self._host.close()

    def _deploy(self) -> Deployment | None:
        """Deploy; a template that is refused is shown on every page until it is mended."""
        with self._deploying:
            try:
                deployment = deploy(self._place)
            except Exception as refused:  # what can be wrong with a template comes in every type there is
                self._web.problem = f"{type(refused).__name__}: {refused}"
                print(f"template.yaml is not deployed. {self._web.problem}", file=sys.stderr, flush=True)
                return None
            self._web.problem = ""
            self._save()
            self._use(deployment)
            return deployment

    def _save(self) -> None:
        """Save at once: data without the stack it belongs to would be lost to the next start."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._emulator.save(), self._loop).result(60)

    def _use(self, deployment: Deployment) -> None:
        environment.write(self._place, deployment)
        self._host.serve(deployment.functions)
        self._web.routes = Routes(deployment.template)
        for pump in self._pumps:
            pump.stop()
        streams, invoke = stream.mappings(self._place, deployment), self._host.invoke
        self._pumps = [stream.Pump(self._place, deployment, mapping, invoke) for mapping in streams]
        self._pumps += queue.queues(self._place, deployment, invoke)
        self._pumps += [schedule.Clockwork(found, invoke) for found in schedule.schedules(deployment)]
        for pump in self._pumps:
            pump.start()

    def _code_changed(self, files: set[Path]) -> None:
        started = time.monotonic()
        names = sorted(str(file.relative_to(self._place.root)) for file in files)
        try:
            if any(name.endswith(".po") for name in names):
                compile_catalogues(self._place.root)
        except Exception as broken:  # babel has no common base for what can be wrong with a catalogue
            print(f"A catalogue is not compiled: {broken}", file=sys.stderr, flush=True)
        if "template.yaml" in names:
            self._deploy()
        else:
            self._host.renew()
        print(f"Reloaded after {time.monotonic() - started:.1f} s: {', '.join(names[:5])}", flush=True)


async def _serve(application: object, port: int, stop: asyncio.Event) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.loglevel = "ERROR"
    config.graceful_timeout = 2
    config.keep_alive_timeout = 75
    await serve(application, config, shutdown_trigger=stop.wait)  # type: ignore[arg-type] # its own narrower type of ASGI


def _await_emulator(place: Place) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{place.aws_url}/_ministack/health", timeout=1).close()  # noqa: S310 - our own
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
