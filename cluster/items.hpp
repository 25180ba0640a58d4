// SPDX-License-Identifier: Apache-2.0
#pragma once

// How items are called (cluster/frame.hpp), and what stands behind the name.
namespace troupe::wire {

// Coordinator to worker.
constexpr auto hello = "hello";   ///< who, and how: an object
constexpr auto plan = "plan";     ///< number, documents
constexpr auto value = "value";   ///< number, value: for branches to come
constexpr auto forget = "forget"; ///< what: "plan" or "value", numbers
constexpr auto start = "start";   ///< branch, number of the plan, order
constexpr auto stop = "stop";     ///< branch, reason
constexpr auto gate = "gate";     ///< branch, gate, ticket, is granted, what it waits for
constexpr auto signal = "signal"; ///< branch, number, payload

// Worker to coordinator.
constexpr auto welcome = "welcome";     ///< what it offers: an object
constexpr auto refused = "refused";     ///< why it lets nobody in: text
constexpr auto ended = "ended";         ///< branch, generation, end
constexpr auto rejected = "rejected";   ///< branch, error
constexpr auto recorded = "recorded";   ///< branch, path, is a group, end
constexpr auto note = "note";           ///< branch, type, path, data
constexpr auto asked = "asked";         ///< branch, gate, ticket, spending, is an undo
constexpr auto left = "left";           ///< branch, gate, ticket, spending, has started
constexpr auto spent = "spent";         ///< branch, ticket, spending
constexpr auto awaited = "awaited";     ///< branch, number, path, name, message
constexpr auto dropped = "dropped";     ///< branch, number
constexpr auto paused = "paused";       ///< branch, is paused
constexpr auto abandoned = "abandoned"; ///< branch, path
constexpr auto late = "late";           ///< branch, path, metrics
constexpr auto leave = "leave";         ///< the branches here are to move

// Both ways.
constexpr auto beat = "beat"; ///< time of the sender, bytes received, time echoed, news
constexpr auto bye = "bye";

} // namespace troupe::wire
