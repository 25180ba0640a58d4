// SPDX-License-Identifier: Apache-2.0
// Makes a table of what the benchmarks tell: bench_report FILE… reads one file of lines of JSON for
// each question, named after it. `--check`: ends with 1 if a target is missed by more than
// `--allow` percent.

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

/// Three digits that count.
std::string number(double x) {
  auto digits = x == 0 ? 0 : 2 - static_cast<int>(std::floor(std::log10(std::fabs(x))));
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", std::clamp(digits, 0, 3), x);
  return text;
}

/// What is held against the target.
double judged(const json& row) {
  double value = row["value"];
  return row["goal"]["kind"] == "times_raw" ? value / row["twin"].get<double>() : value;
}

bool meets(const json& row, const char* which, double allowed) {
  double target = row["goal"][which];
  if (row["goal"]["kind"] == "at_least")
    return judged(row) >= target * (1 - allowed);
  return judged(row) <= target * (1 + allowed);
}

std::string goal_of(const json& row, const char* which) {
  if (!row.contains("goal") || !row["goal"].contains(which))
    return "";
  auto target = number(row["goal"][which]);
  if (row["goal"]["kind"] == "times_raw")
    return target + " x raw";
  return row["goal"]["kind"] == "at_least" ? "≥ " + target : target;
}

std::string verdict_of(const json& row) {
  if (!row.contains("goal"))
    return "";
  if (!meets(row, "target", 0))
    return "missed";
  return row["goal"].contains("beyond") && meets(row, "beyond", 0) ? "met, and beyond" : "met";
}

std::string line_of(const json& row) {
  std::string unit = row["unit"];
  std::string cells[] = {
    row["what"],
    number(row["value"]) + " " + unit,
    row.contains("twin") ? number(row["twin"]) + " " + unit : "",
    row.contains("twin") ? number(row["value"].get<double>() / row["twin"].get<double>()) : "",
    goal_of(row, "target"),
    goal_of(row, "beyond"),
    verdict_of(row)};
  std::string line = "|";
  for (auto& cell : cells)
    line += " " + cell + " |";
  return line + "\n";
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Makes a table of what the benchmarks tell."};
  std::vector<std::filesystem::path> files;
  std::filesystem::path table, all;
  auto check = false;
  double allow = 0;
  app.add_option("FILE", files, "what a benchmark told")->required();
  app.add_option("--table", table, "where the table goes")->required();
  app.add_option("--json", all, "where the figures go")->required();
  app.add_flag("--check", check, "end with 1 if a target is missed");
  app.add_option("--allow", allow, "by more than that, in percent");
  CLI11_PARSE(app, argc, argv);

  std::string text = "| what | troupe | by hand in CAF | ratio | target | beyond | |\n"
                     "|---|---|---|---|---|---|---|\n";
  auto figures = json::array();
  auto missed = 0;
  for (auto& file : files) {
    std::ifstream in{file};
    text += "| **" + file.stem().string() + "** | | | | | | |\n";
    for (std::string line; std::getline(in, line);) {
      auto row = json::parse(line);
      row["question"] = file.stem().string();
      text += line_of(row);
      if (row.contains("goal") && !meets(row, "target", allow / 100)) {
        ++missed;
        std::cerr << "missed: " << row["what"].get<std::string>() << ": " << number(judged(row))
                  << ", wanted " << goal_of(row, "target") << '\n';
      }
      figures.push_back(std::move(row));
    }
  }
  std::ofstream{table} << text;
  std::ofstream{all} << figures.dump(1) << '\n';
  std::cout << text;
  return check && missed > 0 ? 1 : 0;
}
