// SPDX-License-Identifier: Apache-2.0
#include "observe/gantt_row.hpp"
#include "observe/gantt_style.hpp"
#include "observe/svg.hpp"
#include "observe/time_axis.hpp"
#include "troupe/encoding.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace troupe {

namespace {

using namespace observe;

// All in pixels.
constexpr double width = 1180, margin = 24, right = width - margin;
constexpr double names_end = 300, chart_begin = 316, chart_end = 1040; // labels may go beyond
constexpr double header = 104, row_height = 22, footer = 48;
constexpr double bar_height = 14, group_height = 6, shortest_bar = 2;
constexpr double indent = 14, deepest_indent = 10 * indent;
constexpr double letter = 7; // what one takes on average, so much is known without a font

constexpr size_t most_rows = 500;
constexpr size_t most_ticks = 8;

std::string text_at(double x, double y, const char* look, const std::string& text,
                    const char* anchor = "start") {
  return element("text", {{"x", x}, {"y", y}, {"class", look}, {"text-anchor", anchor}},
                 escaped(text));
}

double width_of(const std::string& text) {
  auto is_begin = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return letter * static_cast<double>(std::count_if(text.begin(), text.end(), is_begin));
}

class picture {
public:
  explicit picture(const run_result& run) : run_{run}, all_{spans_of(run)}, rows_{rows_of(all_)} {
    left_out_ = keep_longest(rows_, most_rows);
    for (auto& x : all_)
      whole_ = std::max(whole_, duration{x.start + x.duration - all_.front().start});
  }

  std::string svg() {
    auto height = header + row_height * static_cast<double>(rows_.size()) + footer;
    auto parts =
      definitions() + element("rect", {{"width", width}, {"height", height}, {"fill", "#fff"}});
    add_header(parts);
    if (!all_.empty())
      add_axis(parts, height - footer);
    for (size_t i = 0; i < rows_.size(); ++i)
      add_row(parts, rows_[i], header + row_height * static_cast<double>(i), i % 2 == 0);
    add_footer(parts, height - footer);
    return element("svg",
                   {{"xmlns", "http://www.w3.org/2000/svg"},
                    {"width", width},
                    {"height", height},
                    {"viewBox", "0 0 " + std::to_string(std::lround(width)) + " " +
                                  std::to_string(std::lround(height))},
                    {"role", "img"},
                    {"aria-label", "How the run of " + run_.flow + " went"}},
                   parts) +
           "\n";
  }

private:
  double x_of(duration since_begin) const {
    auto share = static_cast<double>(since_begin.count()) / static_cast<double>(whole_.count());
    return chart_begin + share * (chart_end - chart_begin);
  }
  double x_of(wall_time at) const { return x_of(duration{at - all_.front().start}); }

  void add_header(std::string& out) const {
    constexpr size_t longest = 90;
    out += mark_of(run_.status, margin + 7, 32);
    out += text_at(margin + 22, 38, "title", shortened(run_.flow, longest));
    auto told = std::string{to_string(run_.status)} + " in " + to_string(run_.duration) +
                bill_of(run_.metrics);
    if (run_.error)
      told += " · " + std::string{to_string(run_.error->code)} +
              (run_.error->path.empty() ? "" : " at " + shortened(run_.error->path, longest));
    out += text_at(margin, 62, "dim", told);
    auto about = run_.tree ? to_iso8601(run_.tree->started_at) : "never began";
    out += text_at(right, 38, "dim small", about, "end");
    out += text_at(right, 62, "dim small", run_.run_id, "end");
  }

  void add_axis(std::string& out, double bottom) const {
    for (auto& x : ticks_for(whole_, most_ticks)) {
      auto at = x_of(x.at);
      out += element(
        "line", {{"x1", at}, {"x2", at}, {"y1", header - 6}, {"y2", bottom}, {"class", "grid"}});
      out += text_at(at, header - 12, "dim small", x.label, "middle");
    }
  }

  void add_row(std::string& out, const gantt_row& row, double top, bool is_shaded) const {
    auto& x = *row.node;
    auto middle = top + row_height / 2;
    auto left = margin + std::min(deepest_indent, indent * static_cast<double>(x.depth - 1));
    auto parts = element("title", {}, escaped(row.title()));
    if (is_shaded)
      parts += element("rect", {{"x", margin - 8},
                                {"y", top},
                                {"width", right - margin + 16},
                                {"height", row_height},
                                {"fill", "#f1f3f6"},
                                {"fill-opacity", 0.6}});
    parts += mark_of(x.status, left + 7, middle);
    auto room = static_cast<size_t>((names_end - left - 20) / letter);
    parts += text_at(left + 20, middle + 4, x.is_group ? "group" : "", shortened(x.name, room));
    auto end = x_of(x.start);
    if (x.status != status::skipped) {
      add_bar(parts, row, middle);
      end = std::max(x_of(x.start) + shortest_bar, x_of(x.start + x.duration));
    }
    add_label(parts, row.label(), x, end, middle + 4);
    out += element("g", {}, parts) + "\n";
  }

  void add_piece(std::string& out, wall_time from, wall_time to, double middle, double height,
                 const std::string& fill, double opacity) const {
    auto begin = x_of(from);
    out += element("rect", {{"x", begin},
                            {"y", middle - height / 2},
                            {"width", std::max(shortest_bar, x_of(to) - begin)},
                            {"height", height},
                            {"rx", 2.0},
                            {"fill", fill},
                            {"fill-opacity", opacity}});
  }

  /// Pale where the node waited: for a permit, or between tries.
  void add_bar(std::string& out, const gantt_row& row, double middle) const {
    constexpr double pale = 0.22;
    auto& x = *row.node;
    auto end = x.start + x.duration;
    auto height = x.is_group ? group_height : bar_height;
    auto working = row.working_since();
    if (working > x.start)
      add_piece(out, x.start, working, middle, height, color_of(x.status), pale);
    for (auto failed : row.failed)
      add_piece(out, failed->start, failed->start + failed->duration, middle, height,
                fill_of(status::failed), 1);
    add_piece(out, working, end, middle, height, fill_of(x.status), x.is_group ? 0.75 : 1);
  }

  /// Behind the bar; where there is no room, before it; else on it.
  void add_label(std::string& out, const std::string& text, const span& x, double end,
                 double base) const {
    constexpr double gap = 6;
    auto needed = width_of(text) + gap;
    auto look = is_cause(x) ? "small" : "dim small";
    auto begin = x_of(x.start);
    if (end + needed <= right)
      out += text_at(end + gap, base, look, text);
    else if (begin - needed >= chart_begin)
      out += text_at(begin - gap, base, look, text, "end");
    else
      out += text_at(end - gap, base, "on small", text, "end");
  }

  void add_footer(std::string& out, double top) const {
    auto base = top + 30;
    if (all_.empty() && run_.error)
      out += text_at(margin, base, "", run_.error->message);
    std::set<status> seen;
    for (auto& row : rows_)
      seen.insert(row.node->status);
    auto at = margin;
    for (auto how : seen) {
      auto name = std::string{to_string(how)};
      out += mark_of(how, at + 7, base - 4) + text_at(at + 18, base, "dim small", name);
      at += 18 + width_of(name) + 18;
    }
    if (!all_.empty())
      out += text_at(at, base, "dim small", "pale: waited for a permit, or between attempts");
    if (left_out_ > 0)
      out += text_at(right, base, "dim small",
                     "the longest " + std::to_string(most_rows) + " nodes; " +
                       std::to_string(left_out_) + " shorter ones are left out",
                     "end");
  }

  const run_result& run_;
  std::vector<span> all_;
  std::vector<gantt_row> rows_;
  size_t left_out_ = 0;
  duration whole_{1};
};

} // namespace

std::string gantt_svg(const run_result& x) { return picture{x}.svg(); }

} // namespace troupe
