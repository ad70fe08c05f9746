#include <algorithm>
#include <array>

#include "stix/validate/character_sets.h"

#include "core/ascii.h"

namespace sekisho::stix {
namespace {

/// Families of the IANA registry whose members are a prefix and a number.
struct Family {
  std::string_view prefix;
  std::size_t least_digits;
  std::size_t most_digits;
};
constexpr std::array kFamilies{
    Family{"IBM", 3, 5},
    Family{"ISO-8859-", 1, 2},
    Family{"windows-", 3, 4},
};

// Preferred MIME names, and names where the registry prefers none, outside the families.
constexpr std::array<std::string_view, 62> kNames{"Adobe-Standard-Encoding",
                                                  "Amiga-1251",
                                                  "BOCU-1",
                                                  "BRF",
                                                  "Big5",
                                                  "Big5-HKSCS",
                                                  "CESU-8",
                                                  "CP50220",
                                                  "CP51932",
                                                  "EUC-JP",
                                                  "EUC-KR",
                                                  "Extended_UNIX_Code_Fixed_Width_for_Japanese",
                                                  "GB18030",
                                                  "GB2312",
                                                  "GBK",
                                                  "GB_2312-80",
                                                  "HZ-GB-2312",
                                                  "IBM-Thai",
                                                  "ISO-10646-UCS-2",
                                                  "ISO-10646-UCS-4",
                                                  "ISO-10646-UCS-Basic",
                                                  "ISO-10646-UTF-1",
                                                  "ISO-2022-CN",
                                                  "ISO-2022-CN-EXT",
                                                  "ISO-2022-JP",
                                                  "ISO-2022-JP-2",
                                                  "ISO-2022-KR",
                                                  "ISO-8859-6-E",
                                                  "ISO-8859-6-I",
                                                  "ISO-8859-8-E",
                                                  "ISO-8859-8-I",
                                                  "JIS_Encoding",
                                                  "JIS_X0201",
                                                  "JIS_X0212-1990",
                                                  "KOI7-switched",
                                                  "KOI8-R",
                                                  "KOI8-U",
                                                  "KS_C_5601-1987",
                                                  "KSC5636",
                                                  "OSD_EBCDIC_DF04_1",
                                                  "PTCP154",
                                                  "SCSU",
                                                  "Shift_JIS",
                                                  "TIS-620",
                                                  "TSCII",
                                                  "UNICODE-1-1",
                                                  "UNICODE-1-1-UTF-7",
                                                  "US-ASCII",
                                                  "UTF-16",
                                                  "UTF-16BE",
                                                  "UTF-16LE",
                                                  "UTF-32",
                                                  "UTF-32BE",
                                                  "UTF-32LE",
                                                  "UTF-7",
                                                  "UTF-8",
                                                  "VISCII",
                                                  "Windows-31J",
                                                  "DEC-MCS",
                                                  "KZ-1048",
                                                  "hp-roman8",
                                                  "macintosh"};

using ascii::is_digit;

}  // namespace

bool is_character_set(std::string_view text) {
  if (std::find(kNames.begin(), kNames.end(), text) != kNames.end()) return true;
  return std::any_of(kFamilies.begin(), kFamilies.end(), [text](const Family& family) {
    if (!text.starts_with(family.prefix)) return false;
    const std::string_view number = text.substr(family.prefix.size());
    return number.size() >= family.least_digits && number.size() <= family.most_digits &&
           std::all_of(number.begin(), number.end(), is_digit);
  });
}

}  // namespace sekisho::stix
