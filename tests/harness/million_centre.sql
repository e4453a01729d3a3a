-- Shops with a counter each. Two in a hundred are silent, as many hold unsent work.

CREATE FUNCTION area_of(s bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$SELECT (ARRAY['CAI', 'CAI', 'CAI', 'GIZ', 'GIZ', 'ALX', 'DKH', 'SHR', 'QLY', 'GHR', 'MNF', 'BHR', 'ISM', 'BNS',
    'FYM', 'MIN', 'AST', 'SHG', 'QEN', 'ASN', 'LXR', 'PTS', 'SUZ', 'DMT', 'KFS', 'MAT'])[1 + s %% 26]$$;
CREATE FUNCTION shop_of(s bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$SELECT area_of(s) || '-' || lpad(s::text, 4, '0')$$;
CREATE FUNCTION device_of(s bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
  $$SELECT decode(md5('device' || s), 'hex')$$;
CREATE TABLE place AS SELECT s, shop_of(s) AS shop, device_of(s) AS device FROM generate_series(1::bigint, %(shops)s) s;

INSERT INTO shop
  SELECT shop, 'منفذ ' || s, 'Shop ' || s, '{}', 1, 1, area_of(s), 'منفذ ' || s || ' shop ' || s FROM place;
INSERT INTO device
  SELECT device, shop, 200, CASE WHEN s %% 50 = 7 THEN %(silent)s::bigint ELSE %(heard)s::bigint END,
    CASE WHEN s %% 50 = 9 THEN %(late)s ELSE %(well)s END FROM place;
INSERT INTO till_number SELECT shop, 1, device FROM place;
INSERT INTO chain
  SELECT device, 1, sha256(device),
    convert_to(json_build_object('issued_ms', %(begun)s::bigint, 'shop', shop)::text, 'utf8'), 'active', 1000,
    sha256(device), %(heard)s, 1000, shop, 0 FROM place;
INSERT INTO health
  SELECT device, %(now)s, %(health)s, '1.1.0', %(begun)s, 'IDLE', %(begun)s, '', %(begun)s, '' FROM place;
INSERT INTO projection SELECT device, 1, 1000, 1 FROM place;
INSERT INTO slot
  SELECT 'u' || s, shop, device, 1, sha256(device), 'amal', %(begun)s, 0, 'approved', NULL, NULL, NULL, NULL, NULL,
    NULL, 0 FROM place;
INSERT INTO operator
  SELECT md5('operator' || s || '/' || n)::uuid::text, shop, 'سعاد ' || n, 'Souad ' || n, 'operator', 1, %(never)s,
    NULL, NULL FROM place, generate_series(1, 3) n;
INSERT INTO float_entry (shop, amount_pt, reference, staff, at_ms)
  SELECT shop, 5000000, 'B-' || s || '-' || n, 'mona', %(now)s FROM place, generate_series(1, 12) n;
INSERT INTO approval
  SELECT device, 1, 50000 + n, shop, 'void', 3, 5500, 'op', %(now)s - n * 1000,
    CASE WHEN s = 5 AND n < 9 THEN 'asked' ELSE 'used' END, 'tarek', 'line' FROM place, generate_series(1, 10) n;

-- Requests, the oldest first. Whatever is older than three days is decided, but one in forty; one in a hundred was
-- voided. Chance comes of a hash, so that shop, service and state go their own ways.

CREATE TABLE work AS
  SELECT i, device, 2 + i / %(shops)s AS seq, shop, md5('request' || i)::uuid::text AS id, wall,
    CASE WHEN m / 10 %% 50 = 27 THEN %(rare)s ELSE (%(services)s::text[])[1 + m %% 10] END AS service,
    CASE WHEN wall >= %(undecided)s OR m / 1000 %% 40 = 3 THEN 'pending' WHEN m / 1000 %% 25 = 1 THEN 'rejected'
      WHEN m / 1000 %% 20 = 2 THEN 'sent_back' ELSE 'approved' END AS status,
    CASE WHEN m / 1000 %% 100 = 43 THEN 9007199254740991 ELSE wall + (2 + m %% 9) * 86400000 END AS due,
    (m / 1000 %% 100 = 43)::int * 5 AS voided
  FROM (
    SELECT i, abs(hashint8(i)::bigint) AS m,
      %(now)s::bigint - (%(requests)s::bigint - i) * 86400000 / %(per_day)s AS wall
    FROM generate_series(0::bigint, %(requests)s::bigint - 1) i
  ) x JOIN place ON s = 1 + i %% %(shops)s;

INSERT INTO request
    (device, epoch, seq, id, visit, shop, service, service_version, catalogue, total_pt, wall_ms, status, code,
    reason_ar, reason_en, at_ms, voided_by, bill, date, arrived_ms, authority, due_ms, decisions, listed, papers,
    governorate, said_id)
  SELECT device, 1, seq, id, id, shop, service, service_version, 1, total_pt, wall, status, '', '', '', 0, voided, '',
    to_char(to_timestamp(wall / 1000), 'YYYY-MM-DD'), wall, authority, due, (status <> 'pending')::int,
    listed, (hashint8(i) %% 5 = 0)::int, split_part(shop, '-', 1), id
  FROM work JOIN template USING (service) ORDER BY i;
UPDATE request SET claimed_by = 'officer-' || (seq %% 40), claimed_ms = %(now)s
  WHERE (device, epoch, seq) IN (SELECT device, 1, seq FROM work WHERE status = 'pending' ORDER BY id LIMIT 60);
INSERT INTO entry
  SELECT device, 1, seq, sha256(int8send(i)), header, signature, body, wall FROM work JOIN template USING (service)
  ORDER BY i;
INSERT INTO personal SELECT device, 1, seq, sealed FROM work JOIN template USING (service) ORDER BY i;
INSERT INTO request_key
  SELECT device, 1, seq, kind, sha256(int8send(i) || kind::bytea) FROM work,
    unnest(ARRAY['code', 'mobile', 'national_id']) kind;
INSERT INTO evidence
  SELECT device, 1, seq, sha256(int8send(i)), 90000, 90000, 'durable', sha256(int8send(i)), wall, 0 FROM work
  WHERE hashint8(i) %% 5 = 0;
INSERT INTO decision (device, epoch, seq, status, code, reason_ar, reason_en, at_ms, staff)
  SELECT device, 1, seq, status, status, '', '', wall + 86400000, 'officer-' || (i * 7919 %% 200) FROM work
  WHERE status <> 'pending' ORDER BY i;
INSERT INTO audit (at_ms, staff, act, subject, detail)
  SELECT wall + 86400000, 'officer-' || (i * 7919 %% 200), act, id, '{"purpose":"decide"}' FROM work,
    LATERAL unnest(ARRAY['personal.read', 'request.' || status]) act
  WHERE status <> 'pending' ORDER BY i;
INSERT INTO feed_item (device, n, kind, body)
  SELECT device, 1000 + seq, 'decision', repeat('x', 280) FROM work WHERE status <> 'pending' ORDER BY i;
INSERT INTO refund_hold
  SELECT device, 1, seq, device, 1, 'a', wall FROM work WHERE status = 'rejected' ORDER BY i DESC LIMIT 300;

-- Each till's days; today two in five have closed.

CREATE TABLE days AS
  SELECT d, to_char(to_timestamp(%(now)s / 1000.0) AT TIME ZONE 'Africa/Cairo' - d * interval '1 day', 'YYYY-MM-DD') AS day
  FROM generate_series(0, %(days)s - 1) d;
INSERT INTO till_sum
  SELECT device, 1, day, 1, name, 5, 40000, 2 FROM days, place, unnest(%(names)s::text[]) name ORDER BY d DESC;
INSERT INTO till_close (device, epoch, seq, day, number, wall_ms, difference_pt, body)
  SELECT device, 1, 100000 + d, day, 1, %(now)s, odd, json_build_object('counted_pt', 50000, 'reason', '',
    'difference_pt', odd)::text
  FROM days, place, LATERAL (SELECT CASE WHEN s %% 30 = 4 THEN -12000 ELSE 0 END AS odd) x WHERE d > 0 OR s %% 5 < 2
  ORDER BY d DESC;

-- Two hundred officers with their sessions of a month, and a few things that are odd.

INSERT INTO account (name, name_ar, name_en, state, password)
  SELECT 'officer-' || i, 'موظف ' || i, 'Officer ' || i, 'active', '' FROM generate_series(0, 199) i;
INSERT INTO account_grant (account, role, authorities, services, governorates, limit_pt)
  SELECT 'officer-' || i, 'officer', '["civil-status"]', '[]', '[]', 0 FROM generate_series(0, 199) i;
INSERT INTO staff_session
  SELECT sha256(int8send(i)), 'officer-' || (i %% 200), 1, %(before)s, %(before)s, %(before)s, '192.0.2.0/24', 'x'
  FROM generate_series(1::bigint, 24000) i;
INSERT INTO proposal (at_ms, ends_ms, staff, act, subject, said, state)
  SELECT %(before)s, %(before)s, 'officer-1', 'float.reversed', 'CAI-0001', '{}', 'done' FROM generate_series(1, 5000) i;
INSERT INTO missed_receipt
  SELECT substr(md5(i::text), 1, 8), i, 'ab', 1 + i %% 3, %(before)s, %(now)s, 'open' FROM generate_series(1, 3000) i;
INSERT INTO audit (at_ms, staff, act, subject, detail)
  SELECT %(now)s, 'till', 'refund.twice', md5(i::text), '{}' FROM generate_series(1, 200) i;
INSERT INTO support (device, epoch, sha256, file, at_ms)
  SELECT device, 1, sha256(int8send(s)), sha256(int8send(s)), %(now)s FROM place WHERE s <= 400;
DROP TABLE work, place, days, template;
