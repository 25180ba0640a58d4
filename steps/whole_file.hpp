// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "steps/file_access.hpp"

// What is done to files as a whole. All of it throws step_error (denied, file_error).
namespace troupe::steps {

/// Writes a file whole or not at all: into a new one beside it, which then takes its name. A file
/// that is there keeps its mode, and a link stays a link, to a file that is replaced; what is no
/// file, such as a FIFO or a device, is written to. Refuses to replace anything unless `overwrite`.
/// `mode`: of a new file, before the umask.
void write_whole(const placed_file& x, const std::string& text, bool overwrite, mode_t mode = 0666);

/// Copies a file, with its mode if it is new.
void copy_whole(const placed_file& from, const placed_file& to, bool overwrite);

void remove_file(const placed_file& x);

/// The params of what takes a file from one path to another.
nlohmann::json schema_of_two_paths();
bool wants_overwrite(const step_input& in);

} // namespace troupe::steps
