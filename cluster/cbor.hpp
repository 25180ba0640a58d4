// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

// What crosses nodes is CBOR (RFC 8949), of which only what JSON has.
namespace troupe::wire {

/// The document as CBOR, behind what is in `out`.
void append_cbor(std::string& out, const nlohmann::json& x);

/// Whether the bytes are one CBOR document that may be decoded: complete, without tags and
/// indefinite lengths, nested at most `depth` levels, and no list longer than the bytes that are
/// there for it. Decoders recurse, and trust lengths.
bool is_safe_cbor(std::string_view bytes, size_t depth);

/// Of values, and some more for what is around them.
constexpr size_t deepest_document = 320;

/// Nothing for bytes that are no CBOR document, or none that is safe.
std::optional<nlohmann::json> from_cbor(std::string_view bytes, size_t depth = deepest_document);

} // namespace troupe::wire
