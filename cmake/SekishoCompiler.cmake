# Warnings, sanitizers and ccache for every target of the project.
find_program(SEKISHO_CCACHE ccache)
if(SEKISHO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are hashed by content; without these words ccache would not take files that use them.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${SEKISHO_CCACHE}")
endif()

# mold links a program in a tenth of the time; where it is missing the system's linker does.
find_program(SEKISHO_MOLD mold)
if(SEKISHO_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(SEKISHO_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")

# _sekisho_compiler(NAME SANITIZERS): an interface that carries the options; SANITIZERS is what is compiled in.
function(_sekisho_compiler name sanitizers)
  add_library(${name} INTERFACE)
  target_compile_options(${name} INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Werror -fstack-protector-strong -fno-strict-aliasing -pthread)  # -pthread everywhere: it is part of what a precompiled header stands for
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports these inside libstdc++ at -O2 with code that is right (GCC bugs 105329, 105562).
    target_compile_options(${name} INTERFACE
      -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
  else()
    target_compile_options(${name} INTERFACE -Wthread-safety)
  endif()
  if(CMAKE_BUILD_TYPE MATCHES "Release|RelWithDebInfo")
    target_compile_definitions(${name} INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  endif()
  if(SEKISHO_SANITIZE)
    target_compile_options(${name} INTERFACE
      -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${name} INTERFACE -fsanitize=${SEKISHO_SANITIZE})
  endif()
  if(SEKISHO_FUZZ)
    target_compile_options(${name} INTERFACE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

_sekisho_compiler(sekisho_compiler "${SEKISHO_SANITIZE}")

# Test code is compiled more often than it matters how fast it runs, so it is compiled cheaply:
# measured and shipped are the libraries. UBSan watches these, not the tests themselves.
string(REPLACE ",undefined" "" _tests_sanitize "${SEKISHO_SANITIZE}")
_sekisho_compiler(sekisho_test_compiler "${_tests_sanitize}")
target_compile_options(sekisho_test_compiler INTERFACE -g0)
if(NOT SEKISHO_SANITIZE)
  target_compile_options(sekisho_test_compiler INTERFACE -O1)
endif()

# What every file reads anyway is read once: one header for the libraries, one for the tests (cmake/pch).
function(_sekisho_precompiled name compiler header)
  file(WRITE "${CMAKE_BINARY_DIR}/pch/${name}.cpp.in" "")
  file(COPY_FILE "${CMAKE_BINARY_DIR}/pch/${name}.cpp.in" "${CMAKE_BINARY_DIR}/pch/${name}.cpp" ONLY_IF_DIFFERENT)
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/pch/${name}.cpp")
  target_link_libraries(${name} PRIVATE ${compiler})
  # By name, not by path: what is compiled with it is then the same in every checkout, and ccache knows it.
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/pch")
  target_precompile_headers(${name} PRIVATE "<${header}>")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PUBLIC -fpch-preprocess -Winvalid-pch)
  endif()
endfunction()
_sekisho_precompiled(sekisho_pch sekisho_compiler precompiled_library.h)
_sekisho_precompiled(sekisho_test_pch sekisho_test_compiler precompiled_test.h)

# sekisho_precompile(TARGET PCH): TARGET is compiled with that header.
function(sekisho_precompile target pch)
  target_precompile_headers(${target} REUSE_FROM ${pch})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess -Winvalid-pch)
  endif()
endfunction()
