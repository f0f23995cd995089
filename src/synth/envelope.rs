//! The diagnostic envelope Azure Monitor puts around every row.

use super::clock::{put_instant, put_number};
use super::dice::put_guid;
use super::json::fraction;
use super::names::TENANT;
use super::text::put;

/// Who a row is about, for the envelope.
pub(super) struct Envelope {
    /// Category.
    pub category: &'static str,
    /// `operationName`.
    pub operation: &'static str,
    /// Seconds the delivery took.
    pub late: i64,
}

/// The diagnostic envelope up to `properties` (the caller adds the object and a closing brace).
pub(super) fn put_envelope(
    buf: &mut Vec<u8>,
    (t, id, flow): (i64, u128, u128),
    outcome: Option<u32>,
    envelope: &Envelope,
) {
    put(buf, "{ \"time\": \"");
    put_instant(buf, t + envelope.late);
    buf.push(b'.');
    put_number(buf, fraction(id >> 3), 7);
    put(buf, "Z\", \"resourceId\": \"/tenants/");
    put(buf, TENANT);
    put(buf, "/providers/Microsoft.aadiam\", \"operationName\": \"");
    put(buf, envelope.operation);
    put(buf, "\", \"operationVersion\": \"1.0\", \"category\": \"");
    put(buf, envelope.category);
    put(buf, "\", \"tenantId\": \"");
    put(buf, TENANT);
    buf.push(b'"');
    if let Some(code) = outcome {
        put(buf, ", \"resultType\": \"");
        put_number(buf, i64::from(code), 1);
        put(
            buf,
            if code == 0 { "\", \"resultSignature\": \"SUCCESS\"" } else { "\", \"resultSignature\": \"FAILURE\"" },
        );
    }
    put(buf, ", \"durationMs\": 0, \"correlationId\": \"");
    put_guid(buf, flow);
    put(buf, "\", \"Level\": 4, \"properties\": ");
}
