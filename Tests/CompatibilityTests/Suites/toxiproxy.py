"""Stands in for Toxiproxy as far as sarama's tests use it: proxies before brokers, broken over its HTTP interface."""
import asyncio
import contextlib
import http.server
import json
import socket
import struct
import threading

HOST = "127.0.0.1"
CHUNK = 65536
# For one change of a proxy, in seconds.
PATIENCE = 10


class Proxy:
    """Carries the connections to one port on to another one. Everything but `told` runs in the loop's thread."""

    def __init__(self, name, port, upstream):
        self.name, self.port, self.upstream = name, port, upstream
        self.server, self.toxics, self.connections = None, {}, set()

    def told(self):
        return {"name": self.name, "listen": f"{HOST}:{self.port}", "upstream": f"{HOST}:{self.upstream}",
                "enabled": self.server is not None}

    async def enable(self, enabled):
        """A proxy that is not enabled does not listen, and its connections are closed."""
        if enabled and not self.server:
            self.server = await asyncio.start_server(self.serve, HOST, self.port)
        elif not enabled and self.server:
            self.server.close()
            self.server = None
            for writer in list(self.connections):
                writer.transport.abort()

    async def add(self, toxic):
        self.toxics[toxic["type"]] = toxic["attributes"]
        if toxic["type"] == "reset_peer":
            for writer in list(self.connections):
                reset(writer)

    async def restore(self):
        self.toxics.clear()
        await self.enable(True)

    async def serve(self, reader, writer):
        if "reset_peer" in self.toxics:
            return reset(writer)
        writers = {writer}
        self.connections.add(writer)
        try:
            from_broker, to_broker = await asyncio.open_connection(HOST, self.upstream)
            writers.add(to_broker)
            self.connections.add(to_broker)
            ways = [self.carry(reader, to_broker, delayed=False), self.carry(from_broker, writer, delayed=True)]
            ways = [asyncio.ensure_future(way) for way in ways]
            _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in left:
                way.cancel()
        except OSError:  # the broker does not listen
            pass
        finally:
            for open_writer in writers:
                open_writer.close()
            self.connections -= writers

    async def carry(self, reader, writer, delayed):
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK):
                if delayed and "latency" in self.toxics:
                    await asyncio.sleep(self.toxics["latency"]["latency"] / 1000)
                writer.write(chunk)
                await writer.drain()


def reset(writer):
    """Closes a connection so that the other side sees a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def interface(proxies, carried_out):
    """The handler of HTTP requests: GET /proxies/NAME, POST /proxies/NAME, POST /proxies/NAME/toxics, POST /reset."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            _, _, name = self.path.rpartition("/")
            self.answer(200, proxies[name].told()) if name in proxies else self.answer(404)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            place = self.path.strip("/").split("/")
            if place == ["reset"]:
                for proxy in proxies.values():
                    carried_out(proxy.restore())
                return self.answer(204)
            if place[0] != "proxies" or place[1:2] == [] or place[1] not in proxies:
                return self.answer(404)
            proxy, wanted = proxies[place[1]], json.loads(body)
            carried_out(proxy.add(wanted) if place[2:] == ["toxics"] else proxy.enable(wanted["enabled"]))
            return self.answer(200, wanted)

        def answer(self, status, content=None):
            self.send_response(status)
            self.end_headers()
            if content is not None:
                self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_):
            pass

    return Handler


@contextlib.contextmanager
def proxied(ports):
    """Proxies by name, `{name: (port, upstream port)}`; yields the address of the HTTP interface."""
    loop = asyncio.new_event_loop()
    proxies = {name: Proxy(name, *of) for name, of in ports.items()}

    def carried_out(change):
        return asyncio.run_coroutine_threadsafe(change, loop).result(PATIENCE)

    threading.Thread(target=loop.run_forever, daemon=True).start()
    server = http.server.ThreadingHTTPServer((HOST, 0), interface(proxies, carried_out))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for proxy in proxies.values():
            carried_out(proxy.enable(True))
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        for proxy in proxies.values():
            carried_out(proxy.enable(False))
        loop.call_soon_threadsafe(loop.stop)
