// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <string>

// What is made from the one tree of commands and options.
namespace troupe::cli {

/// A script that completes commands, options, their words and files; `shell`: bash, zsh or fish.
std::string completions(const CLI::App& app, const std::string& shell);

/// A manual page, for man(1).
std::string manual(const CLI::App& app);

} // namespace troupe::cli
