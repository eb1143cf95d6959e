"""Mails written part by part: MIME text, and compound files as Outlook writes them (MS-CFB, MS-OXMSG)."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

HEADERS = (
    "From: =?utf-8?q?Zo=C3=AB_Hale?= <zoe@harbour.example>\r\nTo: Bob <bob@quay.example>\r\n"
    "Date: Mon, 3 Jun 2024 09:00:00 +0200\r\nSubject: The crane\r\nMessage-ID: <1@harbour.example>\r\n"
)


def eml(body: str | bytes, headers: str = HEADERS) -> bytes:
    """Return a mail; the body begins with its own content headers."""
    rest = body if isinstance(body, bytes) else body.encode()
    return headers.encode() + b"MIME-Version: 1.0\r\n" + rest.replace(b"\n", b"\r\n")


def part(kind: str, data: str | bytes, more: str = "") -> str:
    """Return a part of a multipart body."""
    raw = data if isinstance(data, bytes) else data.encode()
    text = base64.encodebytes(raw).decode()
    return f"Content-Type: {kind}\n{more}Content-Transfer-Encoding: base64\n\n{text}"


def multipart(kind: str, *parts: str, boundary: str = "b1", more: str = "") -> str:
    """Return a body of several parts."""
    inner = "".join(f"--{boundary}\n{member}\n" for member in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\n\n{inner}--{boundary}--\n'


def file(name: str, data: bytes, kind: str = "application/octet-stream") -> str:
    """Return an attachment."""
    return part(kind, data, f'Content-Disposition: attachment; filename="{name}"\n')


# -- Outlook ----------------------------------------------------------------------------------------


@dataclass
class Message:
    """Properties by number: texts, bytes, numbers; recipients and attachments are messages too."""

    texts: Mapping[int, str] = field(default_factory=dict)
    narrow: Mapping[int, bytes] = field(default_factory=dict)
    data: Mapping[int, bytes] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)
    recipients: Sequence[Message] = ()
    attachments: Sequence[Message] = ()
    embedded: Message | None = None


Tree = dict[str, "bytes | Tree"]


def msg(message: Message) -> bytes:
    """Return a message as a compound file."""
    return compound(_storage(message, 32))


def _storage(message: Message, header: int) -> Tree:
    entries = b"".join(
        struct.pack("<HHIQ", 0x0040 if number in (0x39, 0xE06) else 0x0003, number, 6, value)
        for number, value in message.numbers.items()
    )
    tree: Tree = {"__properties_version1.0": bytes(header) + entries}
    tree |= {f"__substg1.0_{n:04X}001F": text.encode("utf-16-le") for n, text in message.texts.items()}
    tree |= {f"__substg1.0_{n:04X}001E": text for n, text in message.narrow.items()}
    tree |= {f"__substg1.0_{n:04X}0102": data for n, data in message.data.items()}
    for index, embedded in enumerate(message.recipients):
        tree[f"__recip_version1.0_#{index:08X}"] = _storage(embedded, 8)
    for index, embedded in enumerate(message.attachments):
        tree[f"__attach_version1.0_#{index:08X}"] = _storage(embedded, 8)
    if message.embedded is not None:
        tree["__substg1.0_3701000D"] = _storage(message.embedded, 24)
    return tree


_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR = 512


def compound(tree: Tree) -> bytes:
    """Return a compound file of version 3; every stream is padded to the size of the large ones."""
    sectors: list[bytes] = []
    fat: list[int] = []
    entries: list[bytes] = []

    def store(data: bytes) -> int:
        start = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        fat.extend(range(start + 1, start + len(pieces)))
        fat.append(_END)
        return start

    def add(name: str, kind: int, start: int, size: int) -> int:
        raw = name.encode("utf-16-le") + b"\0\0"
        entries.append(
            raw.ljust(64, b"\0")
            + struct.pack(
                "<HBBIII16sIQQIQ", len(raw), kind, 1, _NONE, _NONE, _NONE, b"", 0, 0, 0, start, size
            )
        )
        return len(entries) - 1

    def link(at: int, left: int, right: int, child: int) -> None:
        entry = entries[at]
        entries[at] = entry[:68] + struct.pack("<III", left, right, child) + entry[80:]

    def fill(parent: int, inner: Tree) -> None:
        names = sorted(inner, key=lambda name: (len(name), name.upper()))
        ids = []
        for name in names:
            value = inner[name]
            if isinstance(value, dict):
                ids.append(add(name, 1, 0, 0))
                fill(ids[-1], value)
            else:
                # Streams below 4,096 bytes belong in the mini stream; the size in the entry reserves the
                # place.
                ids.append(add(name, 2, 0, len(value)))
                small.append((ids[-1], value)) if len(value) < 4096 else large.append((ids[-1], value))

        def balanced(low: int, high: int) -> int:
            if low >= high:
                return _NONE
            middle = (low + high) // 2
            children[ids[middle]] = (balanced(low, middle), balanced(middle + 1, high))
            return ids[middle]

        roots[parent] = balanced(0, len(ids))

    small: list[tuple[int, bytes]] = []
    large: list[tuple[int, bytes]] = []
    children: dict[int, tuple[int, int]] = {}
    roots: dict[int, int] = {}
    root = add("Root Entry", 5, 0, 0)
    fill(root, tree)

    mini, mini_fat = b"", []
    starts: dict[int, int] = {}
    for at, data in small:
        count = -(-len(data) // 64)
        starts[at] = len(mini_fat) if count else _END
        mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), _END] if count else []
        mini += data.ljust(64 * count, b"\0")
    for at, data in large:
        starts[at] = store(data)
    starts[root] = store(mini) if mini else _END
    mini_start = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(4, b"\xff")) if mini_fat else _END
    mini_sectors = -(-4 * len(mini_fat) // _SECTOR)
    if mini_fat:
        # Unused places of the mini FAT are free.
        last = mini_start + mini_sectors - 1
        used = 4 * len(mini_fat) - _SECTOR * (mini_sectors - 1)
        sectors[last] = sectors[last][:used].ljust(_SECTOR, b"\xff")
    for at in range(len(entries)):
        left, right = children.get(at, (_NONE, _NONE))
        link(at, left, right, roots.get(at, _NONE))
        if at in starts:
            size = len(mini) if at == root else struct.unpack("<Q", entries[at][120:128])[0]
            entries[at] = entries[at][:116] + struct.pack("<IQ", starts[at], size)
    while len(entries) % 4:
        entries.append(bytes(64) + struct.pack("<HBBIII", 0, 0, 0, _NONE, _NONE, _NONE) + bytes(48))
    directory = store(b"".join(entries))
    fat_sectors = 1
    while fat_sectors * 128 < len(fat) + fat_sectors:
        fat_sectors += 1
    places = list(range(len(sectors), len(sectors) + fat_sectors))
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * 128 - len(fat))
    sectors += [struct.pack("<128I", *fat[128 * at : 128 * at + 128]) for at in range(fat_sectors)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, directory, 0, 4096,
                          mini_start, mini_sectors, _END, 0)  # fmt: skip
    return header + struct.pack("<109I", *[*places, *[_FREE] * (109 - len(places))]) + b"".join(sectors)
