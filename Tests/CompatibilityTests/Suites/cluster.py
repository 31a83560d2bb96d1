"""A bundled cluster for a suite, with the settings of server.properties that its tests take for granted."""
import contextlib
import json
import os
import shutil
import subprocess
import tempfile


class Cluster:
    def __init__(self, klamm, directory):
        self.klamm, self.directory = klamm, directory

    def command(self, *arguments):
        done = subprocess.run([self.klamm, "cluster", *arguments, "--cluster-dir", self.directory],
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise SystemExit(f"klamm cluster {' '.join(arguments)}: {done.returncode} {done.stdout}{done.stderr}")
        return done.stdout

    def status(self):
        return json.loads(self.command("status", "--output", "json"))

    @property
    def bootstrap(self):
        return self.status()["bootstrapServers"]

    def configure(self, settings):
        """Writes keys into every broker's server.properties, `{id}` as its id; the brokers must not run."""
        for broker in self.status()["brokers"]:
            path = os.path.join(self.directory, f"broker-{broker['id']}", "server.properties")
            with open(path) as file:
                kept = [line for line in file if line.split("=")[0].strip() not in settings]
            with open(path, "w") as file:
                file.writelines(kept + [f"{key}={value}\n".format(id=broker["id"]) for key, value in settings.items()])


@contextlib.contextmanager
def bundled(klamm, work, settings, brokers=3):
    """A running cluster that is gone afterwards; its directory stays only when `work` is kept."""
    directory = tempfile.mkdtemp(prefix="cluster-", dir=work)
    cluster = Cluster(klamm, directory)
    try:
        cluster.command("start", "--port", "0", "--brokers", str(brokers))
        if settings:
            cluster.command("stop")
            cluster.configure(settings)
            cluster.command("start")
        yield cluster
    finally:
        cluster.command("stop")
        shutil.rmtree(os.path.join(directory, "data"), ignore_errors=True)
