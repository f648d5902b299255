"""Starts ministack with two of its responses corrected, because Terraform fails on them.

* DescribeAlarms in the query protocol omits half of the fields of an alarm, so every plan shows a change.
* ListObjectVersions ignores `encoding-type=url` and returns raw keys. Terraform decodes them, tries to delete keys that
  do not exist, and never finishes emptying the bucket.
"""

import re
from urllib.parse import quote
from xml.sax.saxutils import escape, unescape

from ministack.app import main
from ministack.services import cloudwatch, s3

original_describe_alarms = cloudwatch._describe_alarms
original_list_object_versions = s3._list_object_versions


def members(tag, values):
    return f"<{tag}>{''.join(f'<member>{value}</member>' for value in values)}</{tag}>"


def xml(alarm):
    # ministack adds a default Statistic to an alarm on a percentile. AWS returns only one of the two.
    omitted = {"Statistic"} if alarm.get("ExtendedStatistic") else set()
    parts = []
    for name, value in alarm.items():
        if value is None or name in omitted or name.endswith("Timestamp"):
            continue
        if name == "Dimensions":
            pairs = [f"<Name>{escape(d['Name'])}</Name><Value>{escape(d['Value'])}</Value>" for d in value]
            parts.append(members(name, pairs))
        elif isinstance(value, list):
            parts.append(members(name, map(escape, value)))
        elif isinstance(value, bool):
            parts.append(f"<{name}>{str(value).lower()}</{name}>")
        else:
            parts.append(f"<{name}>{escape(str(value))}</{name}>")
    return "".join(parts)


def describe_alarms(params, data, is_cbor, is_json=False):
    if is_cbor or is_json:
        return original_describe_alarms(params, data, is_cbor, is_json)
    wanted = [cloudwatch._p(params, f"AlarmNames.member.{i}") for i in range(1, 101)]
    wanted = {name for name in wanted if name}
    alarms = [alarm for name, alarm in sorted(cloudwatch._alarms.items()) if not wanted or name in wanted]
    body = f"<DescribeAlarmsResult>{members('MetricAlarms', map(xml, alarms))}</DescribeAlarmsResult>"
    return cloudwatch._xml(200, "DescribeAlarmsResponse", body)


def list_object_versions(bucket, query):
    status, headers, body = original_list_object_versions(bucket, query)
    if status == 200 and s3._qp(query, "encoding-type", "") == "url":
        encoded = re.sub("<Key>(.*?)</Key>", lambda key: f"<Key>{quote(unescape(key[1]))}</Key>", body.decode())
        body = encoded.replace("<MaxKeys>", "<EncodingType>url</EncodingType><MaxKeys>", 1).encode()
    return status, headers, body


cloudwatch._describe_alarms = describe_alarms
s3._list_object_versions = list_object_versions
main()
