"""Refuses pods that a cluster may refuse, or that the talk cannot rely on.

Reads rendered manifests and prints one line for each finding; exit status 1 if there is any. The
first rules are those of the level `restricted`,
https://kubernetes.io/docs/concepts/security/pod-security-standards; the others are the project's.
"""

import re
import sys

import yaml

VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim",
    "projected", "secret",
}
# What a laptop can promise to the steps: replicas, surge, and two more generations of pods that
# still terminate.
ROOM = {"cpu": 1000, "memory": 1024}


def under(mapping, *keys):
    """What stands below the keys; an empty mapping when nothing does."""
    for key in keys:
        mapping = mapping.get(key) or {}
    return mapping


def quantity(text):
    """CPU in thousandths, memory in MiB."""
    number, unit = re.fullmatch(r"([0-9.]+)(m|Ki|Mi|Gi)?", str(text)).groups()
    return float(number) * {None: 1000, "m": 1, "Ki": 1 / 1024, "Mi": 1, "Gi": 1024}[unit]


def restricted(pod):
    of_pod = under(pod, "securityContext")
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(field):
            yield f"{field} is not allowed"
    if of_pod.get("sysctls"):
        yield "sysctls are not allowed"
    for volume in under(pod, "volumes"):
        for kind in volume.keys() - VOLUMES - {"name"}:
            yield f"volume {volume['name']}: {kind} is not allowed"
    for container in containers(pod):
        own = under(container, "securityContext")
        both = {**of_pod, **own}
        capabilities = under(own, "capabilities")
        if own.get("privileged"):
            yield "privileged is not allowed"
        if own.get("allowPrivilegeEscalation") is not False:
            yield "allowPrivilegeEscalation is not false"
        if both.get("runAsNonRoot") is not True:
            yield "runAsNonRoot is not true"
        if both.get("runAsUser") == 0:
            yield "runAsUser is 0"
        if under(both, "seccompProfile").get("type") not in ("RuntimeDefault", "Localhost"):
            yield "seccompProfile is neither RuntimeDefault nor Localhost"
        if "ALL" not in under(capabilities, "drop"):
            yield "capabilities do not drop ALL"
        if set(under(capabilities, "add")) - {"NET_BIND_SERVICE"}:
            yield "capabilities add more than NET_BIND_SERVICE"
        if own.get("procMount", "Default") != "Default":
            yield "procMount is not Default"
        if any(port.get("hostPort") for port in under(container, "ports")):
            yield "hostPort is not allowed"


def own_rules(pod):
    grace = pod.get("terminationGracePeriodSeconds", 30)
    for container in containers(pod):
        if under(container, "securityContext").get("readOnlyRootFilesystem") is not True:
            yield "readOnlyRootFilesystem is not true"
        # The talk runs offline, and a deploy is a change of the tag.
        if not re.search(r":(?!latest$)[\w][\w.-]*$", container["image"]):
            yield f"image {container['image']} has no tag that stays"
        if container.get("imagePullPolicy") != "IfNotPresent":
            yield "imagePullPolicy is not IfNotPresent"
        for field in ("cpu", "memory"):
            if field not in under(container, "resources", "requests"):
                yield f"resources request no {field}"
        if "memory" not in under(container, "resources", "limits"):
            yield "resources do not limit memory"
        before = under(container, "lifecycle", "preStop")
        # exec needs a program in the image; where there is none it fails in silence.
        if before and "sleep" not in before:
            yield "preStop does not sleep"
        if under(before, "sleep").get("seconds", 0) >= grace:
            yield f"preStop leaves nothing of the grace of {grace} s"


def room(deployment, pod):
    replicas = deployment["spec"]["replicas"]
    pods = replicas + deployment["spec"]["strategy"]["rollingUpdate"]["maxSurge"] + 2 * replicas
    for field, most in ROOM.items():
        requests = [under(container, "resources", "requests") for container in containers(pod)]
        each = sum(quantity(request.get(field, 0)) for request in requests)
        if pods * each > most:
            yield f"{pods} pods request {pods * each:.0f} of {field}, more than {most}"


def containers(pod):
    return list(under(pod, "initContainers")) + pod["containers"]


def findings(document):
    path = ("spec",) if document["kind"] == "Pod" else ("spec", "template", "spec")
    pod = under(document, *path)
    if "containers" not in pod:
        return
    yield from restricted(pod)
    yield from own_rules(pod)
    if document["kind"] == "Deployment" and document["metadata"]["name"] == "calc":
        yield from room(document, pod)


def main(paths):
    found = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for document in filter(None, yaml.safe_load_all(file)):
                for finding in findings(document):
                    found += 1
                    print(f"{path}: {document['kind']}/{document['metadata']['name']}: {finding}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
