"""Published sets, whole: appendix F of RFC 8949, and the parsing tests of JSONTestSuite with the verdict of this format.

In a refused text, ^ stands at the place of the fault; it is not part of the text. Nothing of either set holds a ^ of its
own. Where JSONTestSuite leaves the answer open (i_), this format has one.

JSONTestSuite, https://github.com/nst/JSONTestSuite, is

    Copyright (c) 2016 Nicolas Seriot

    Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
    documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
    rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to
    permit persons to whom the Software is furnished to do so, subject to the following conditions:

    The above copyright notice and this permission notice shall be included in all copies or substantial portions of
    the Software.

    THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO
    THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
    AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT,
    TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
    SOFTWARE.
"""

import json

from canonical import encode

SYNTAX, CANON, TYPE = "E-SYNTAX", "E-NONCANONICAL", "E-TYPE"
UTF8, RANGE, NAN, DEPTH, DUP, NULL = "E-UTF8", "E-NUM-RANGE", "E-NUM-NAN", "E-DEPTH", "E-DUP-KEY", "E-NULL"

# RFC 8949 appendix F.1, a group a line.
APPENDIX_F = """
18, 19, 1a, 1b, 1901, 1a0102, 1b01020304050607, 38, 58, 78, 98, 9a01ff00, b8, d8, f8, f900, fa0000, fb000000
41, 61, 5affffffff00, 5bffffffffffffffff010203, 7affffffff00, 7b7fffffffffffffff010203
81, 818181818181818181, 8200, a1, a20102, a100, a2000000
c0
5f4100, 7f6100
9f, 9f0102, bf, bf01020102, 819f, 9f8000, 9f9f9f9f9fffffffff, 9f819f819f9fffffff
1c, 1d, 1e, 3c, 3d, 3e, 5c, 5d, 5e, 7c, 7d, 7e, 9c, 9d, 9e, bc, bd, be, dc, dd, de, fc, fd, fe
f800, f801, f818, f81f
5f00ff, 5f21ff, 5f6100ff, 5f80ff, 5fa0ff, 5fc000ff, 5fe0ff, 7f4100ff
5f5f4100ffff, 7f7f6100ffff
ff
81ff, 8200ff, a1ff, a1ff00, a100ff, a20000ff, 9f81ff, 9f829f819f9fffffffff
bf00ff, bf000000ff
1f, 3f, df
"""

# Those of its 94 items that cases_cbor.py has under no other name.
APPENDIX_F_REST = [
    ("a four-byte argument is missing", "1a", SYNTAX, 0),
    ("an eight-byte argument is missing", "1b", SYNTAX, 0),
    ("a map of two with one pair of integers", "a20102", SYNTAX, 0),
    ("a map of one with an integer alone", "a100", SYNTAX, 0),
    ("a map of two with three integers", "a2000000", SYNTAX, 0),
    ("a map with two pairs, not closed", "bf01020102", CANON, 0),
    ("an array with an empty one and an integer, not closed", "9f8000", CANON, 0),
    ("definite and indefinite arrays by turns, not closed", "9f819f819f9fffffff", CANON, 0),
    ("a break in place of a map's key", "a1ff", SYNTAX, 0),
    ("a break in place of an integer's value", "a100ff", TYPE, 1),
    ("a break in place of a second key that is an integer", "a20000ff", SYNTAX, 0),
    ("a break in a definite array in an indefinite one", "9f81ff", CANON, 0),
    ("a break in a definite array among arrays by turns", "9f829f819f9fffffffff", CANON, 0),
    ("a map with a key and no value, its key an integer", "bf00ff", CANON, 0),
    ("a map with two keys and one value, its keys integers", "bf000000ff", CANON, 0),
]

# Files test_parsing/y_*.json.
ACCEPTED = [
    ("y_array_arraysWithSpaces", "[[]   ]"),
    ("y_array_empty-string", '[""]'),
    ("y_array_empty", "[]"),
    ("y_array_ending_with_newline", '["a"]'),
    ("y_array_false", "[false]"),
    ("y_array_with_1_and_newline", "[1\n]"),
    ("y_array_with_leading_space", " [1]"),
    ("y_array_with_trailing_space", "[2] "),
    ("y_number", "[123e65]"),
    ("y_number_0e+1", "[0e+1]"),
    ("y_number_0e1", "[0e1]"),
    ("y_number_after_space", "[ 4]"),
    ("y_number_double_close_to_zero", "[-0." + "0" * 77 + "1]\n"),
    ("y_number_int_with_exp", "[20e1]"),
    ("y_number_minus_zero", "[-0]"),
    ("y_number_negative_int", "[-123]"),
    ("y_number_negative_one", "[-1]"),
    ("y_number_negative_zero", "[-0]"),
    ("y_number_real_capital_e", "[1E22]"),
    ("y_number_real_capital_e_neg_exp", "[1E-2]"),
    ("y_number_real_capital_e_pos_exp", "[1E+2]"),
    ("y_number_real_exponent", "[123e45]"),
    ("y_number_real_fraction_exponent", "[123.456e78]"),
    ("y_number_real_neg_exp", "[1e-2]"),
    ("y_number_real_pos_exponent", "[1e+2]"),
    ("y_number_simple_int", "[123]"),
    ("y_number_simple_real", "[123.456789]"),
    ("y_object", '{"asd":"sdf", "dfg":"fgh"}'),
    ("y_object_basic", '{"asd":"sdf"}'),
    ("y_object_empty", "{}"),
    ("y_object_empty_key", '{"":0}'),
    ("y_object_escaped_null_in_key", r'{"foo\u0000bar": 42}'),
    ("y_object_extreme_numbers", '{ "min": -1.0e+28, "max": 1.0e+28 }'),
    ("y_object_long_strings", '{"x":[{"id": "' + "x" * 40 + '"}], "id": "' + "x" * 40 + '"}'),
    ("y_object_simple", '{"a":[]}'),
    (
        "y_object_string_unicode",
        r'{"title":"\u041f\u043e\u043b\u0442\u043e\u0440\u0430 \u0417\u0435\u043c\u043b\u0435\u043a\u043e\u043f\u0430" }',
    ),
    ("y_object_with_newlines", '{\n"a": "b"\n}'),
    ("y_string_1_2_3_bytes_UTF-8_sequences", r'["\u0060\u012a\u12AB"]'),
    ("y_string_accepted_surrogate_pair", r'["\uD801\udc37"]'),
    ("y_string_accepted_surrogate_pairs", r'["\ud83d\ude39\ud83d\udc8d"]'),
    ("y_string_allowed_escapes", r'["\"\\\/\b\f\n\r\t"]'),
    ("y_string_backslash_and_u_escaped_zero", r'["\\u0000"]'),
    ("y_string_backslash_doublequotes", r'["\""]'),
    ("y_string_comments", '["a/*b*/c/*d//e"]'),
    ("y_string_double_escape_a", r'["\\a"]'),
    ("y_string_double_escape_n", r'["\\n"]'),
    ("y_string_escaped_control_character", r'["\u0012"]'),
    ("y_string_escaped_noncharacter", r'["\uFFFF"]'),
    ("y_string_in_array", '["asd"]'),
    ("y_string_in_array_with_leading_space", '[ "asd"]'),
    ("y_string_last_surrogates_1_and_2", r'["\uDBFF\uDFFF"]'),
    ("y_string_nbsp_uescaped", r'["new\u00A0line"]'),
    ("y_string_nonCharacterInUTF-8_U+10FFFF", '["\U0010ffff"]'),
    ("y_string_nonCharacterInUTF-8_U+FFFF", '["\uffff"]'),
    ("y_string_null_escape", r'["\u0000"]'),
    ("y_string_one-byte-utf-8", r'["\u002c"]'),
    ("y_string_pi", '["\u03c0"]'),
    ("y_string_reservedCharacterInUTF-8_U+1BFFF", '["\U0001bfff"]'),
    ("y_string_simple_ascii", '["asd "]'),
    ("y_string_space", '" "'),
    ("y_string_surrogates_U+1D11E_MUSICAL_SYMBOL_G_CLEF", r'["\uD834\uDd1e"]'),
    ("y_string_three-byte-utf-8", r'["\u0821"]'),
    ("y_string_two-byte-utf-8", r'["\u0123"]'),
    ("y_string_u+2028_line_sep", '["\u2028"]'),
    ("y_string_u+2029_par_sep", '["\u2029"]'),
    ("y_string_uEscape", r'["\u0061\u30af\u30EA\u30b9"]'),
    ("y_string_uescaped_newline", r'["new\u000Aline"]'),
    ("y_string_unescaped_char_delete", '["\x7f"]'),
    ("y_string_unicode", r'["\uA66D"]'),
    ("y_string_unicodeEscapedBackslash", r'["\u005C"]'),
    ("y_string_unicode_2", '["\u2342\u3234\u2342"]'),
    ("y_string_unicode_U+10FFFE_nonchar", r'["\uDBFF\uDFFE"]'),
    ("y_string_unicode_U+1FFFE_nonchar", r'["\uD83F\uDFFE"]'),
    ("y_string_unicode_U+200B_ZERO_WIDTH_SPACE", r'["\u200B"]'),
    ("y_string_unicode_U+2064_invisible_plus", r'["\u2064"]'),
    ("y_string_unicode_U+FDD0_nonchar", r'["\uFDD0"]'),
    ("y_string_unicode_U+FFFE_nonchar", r'["\uFFFE"]'),
    ("y_string_unicode_escaped_double_quote", r'["\u0022"]'),
    ("y_string_utf8", '["\u20ac\U0001d11e"]'),
    ("y_string_with_del_character", '["a\x7fa"]'),
    ("y_structure_lonely_false", "false"),
    ("y_structure_lonely_int", "42"),
    ("y_structure_lonely_negative_real", "-0.1"),
    ("y_structure_lonely_string", '"asd"'),
    ("y_structure_lonely_true", "true"),
    ("y_structure_string_empty", '""'),
    ("y_structure_trailing_newline", '["a"]\n'),
    ("y_structure_true_in_array", "[true]"),
    ("y_structure_whitespace_array", " [] "),
]

# Files y_*.json that this format refuses all the same.
NULLS = [
    ("y_array_heterogeneous", '[null, 1, "1", {}]', "/0"),
    ("y_array_null", "[null]", "/0"),
    ("y_array_with_several_null", "[1,null,null,null,2]", "/1"),
    ("y_structure_lonely_null", "null", ""),
]
REFUSED_OTHERWISE = {
    DUP: [
        ("y_object_duplicated_key", '{"a":"b",^"a":"c"}'),
        ("y_object_duplicated_key_and_value", '{"a":"b",^"a":"b"}'),
    ],
    NAN: [
        ("n_number_NaN", "[^NaN]"),
        ("n_number_infinity", "[^Infinity]"),
        ("n_number_minus_infinity", "[^-Infinity]"),
    ],
    RANGE: [
        ("i_number_double_huge_neg_exp", "[^123.456e-789]"),
        ("i_number_huge_exp", "[^0.4e00669" + "9" * 115 + "69999999006]"),
        ("i_number_neg_int_huge_exp", "[^-1e+9999]"),
        ("i_number_pos_double_huge_exp", "[^1.5e+9999]"),
        ("i_number_real_neg_overflow", "[^-123123e100000]"),
        ("i_number_real_pos_overflow", "[^123123e100000]"),
        ("i_number_real_underflow", "[^123e-10000000]"),
        ("i_number_too_big_neg_int", "[^-123123123123123123123123123123]"),
        ("i_number_too_big_pos_int", "[^100000000000000000000]"),
        ("i_number_very_big_negative_int", "[^-237462374673276894279832749832423479823246327846]"),
    ],
    DEPTH: [
        ("i_structure_500_nested_arrays", "[" * 64 + "^" + "[" * 436 + "]" * 500),
        # The suite's own are longer; nobody reads past the 65th.
        ("n_structure_100000_opening_arrays, a hundredth", "[" * 64 + "^" + "[" * 936),
        ("n_structure_open_array_object, a hundredth", '[{"":' * 32 + "^" + '[{"":' * 468 + "\n"),
    ],
    UTF8: [
        ("i_object_key_lone_2nd_surrogate", r'{"^\uDFAA":0}'),
        ("i_string_1st_surrogate_but_2nd_missing", r'["^\uDADA"]'),
        ("i_string_1st_valid_surrogate_2nd_invalid", r'["^\uD888\u1234"]'),
        ("i_string_UTF-16LE_with_BOM", b'^\xff\xfe[\x00"\x00\xe9\x00"\x00]\x00'),
        ("i_string_UTF-8_invalid_sequence", b'["\xe6\x97\xa5\xd1\x88^\xfa"]'),
        ("i_string_UTF8_surrogate_U+D800", b'["^\xed\xa0\x80"]'),
        ("i_string_incomplete_surrogate_and_escape_valid", r'["^\uD800\n"]'),
        ("i_string_incomplete_surrogate_pair", r'["^\uDd1ea"]'),
        ("i_string_incomplete_surrogates_escape_valid", r'["^\uD800\uD800\n"]'),
        ("i_string_invalid_lonely_surrogate", r'["^\ud800"]'),
        ("i_string_invalid_surrogate", r'["^\ud800abc"]'),
        ("i_string_invalid_utf-8", b'["^\xff"]'),
        ("i_string_inverted_surrogates_U+1D11E", r'["^\uDd1e\uD834"]'),
        ("i_string_iso_latin_1", b'["^\xe9"]'),
        ("i_string_lone_second_surrogate", r'["^\uDFAA"]'),
        ("i_string_lone_utf8_continuation_byte", b'["^\x81"]'),
        ("i_string_not_in_unicode_range", b'["^\xf4\xbf\xbf\xbf"]'),
        ("i_string_overlong_sequence_2_bytes", b'["^\xc0\xaf"]'),
        ("i_string_overlong_sequence_6_bytes", b'["^\xfc\x83\xbf\xbf\xbf\xbf"]'),
        ("i_string_overlong_sequence_6_bytes_null", b'["^\xfc\x80\x80\x80\x80\x80"]'),
        ("i_string_truncated-utf-8", b'["^\xe0\xff"]'),
        ("i_string_utf16BE_no_BOM", b'\x00[\x00"\x00^\xe9\x00"\x00]'),
        ("i_string_utf16LE_no_BOM", b'[\x00"\x00^\xe9\x00"\x00]\x00'),
        ("n_array_a_invalid_utf8", b"[a^\xe5]"),
        ("n_array_invalid_utf8", b"[^\xff]"),
        ("n_number_invalid-utf-8-in-bigger-int", b"[123^\xe5]"),
        ("n_number_invalid-utf-8-in-exponent", b"[1e1^\xe5]"),
        ("n_number_invalid-utf-8-in-int", b"[0^\xe5]\n"),
        ("n_number_real_with_invalid_utf8_after_e", b"[1e^\xe5]"),
        ("n_object_lone_continuation_byte_in_key_and_trailing_comma", b'{"^\xb9":"0",}'),
        ("n_string_1_surrogate_then_escape", r'["^\uD800\"]'),
        ("n_string_incomplete_surrogate_escape_invalid", r'["^\uD800\uD800\x"]'),
        ("n_string_invalid-utf-8-in-escape", b'["\\u^\xe5"]'),
        ("n_string_invalid_utf8_after_escape", b'["\\^\xe5"]'),
        ("n_structure_incomplete_UTF8_BOM", b"^\xef\xbb{}"),
        ("n_structure_lone-invalid-utf-8", b"^\xe5"),
        ("n_structure_single_eacute", b"^\xe9"),
    ],
}

# Files n_*.json, and one i_, that are no JSON.
NO_JSON = [
    ("i_structure_UTF-8_BOM_empty_object", "^\ufeff{}"),
    ("n_array_1_true_without_comma", "[1 ^true]"),
    ("n_array_colon_instead_of_comma", '[""^: 1]'),
    ("n_array_comma_after_close", '[""]^,'),
    ("n_array_comma_and_number", "[^,1]"),
    ("n_array_double_comma", "[1,^,2]"),
    ("n_array_double_extra_comma", '["x",^,]'),
    ("n_array_extra_close", '["x"]^]'),
    ("n_array_extra_comma", '["",^]'),
    ("n_array_incomplete", '["x"^'),
    ("n_array_incomplete_invalid_value", "[^x"),
    ("n_array_inner_array_no_comma", "[3^[4]]"),
    ("n_array_items_separated_by_semicolon", "[1^:2]"),
    ("n_array_just_comma", "[^,]"),
    ("n_array_just_minus", "[-^]"),
    ("n_array_missing_value", '[   ^, ""]'),
    ("n_array_newlines_unclosed", '["a",\n4\n,1,^'),
    ("n_array_number_and_comma", "[1,^]"),
    ("n_array_number_and_several_commas", "[1,^,]"),
    ("n_array_spaces_vertical_tab_formfeed", '["^\va"\\f]'),
    ("n_array_star_inside", "[^*]"),
    ("n_array_unclosed", '[""^'),
    ("n_array_unclosed_trailing_comma", "[1,^"),
    ("n_array_unclosed_with_new_lines", "[1,\n1\n,1^"),
    ("n_array_unclosed_with_object_inside", "[{}^"),
    ("n_incomplete_false", "[^fals]"),
    ("n_incomplete_null", "[^nul]"),
    ("n_incomplete_true", "[^tru]"),
    ("n_multidigit_number_then_00", "123^\x00"),
    ("n_number_++", "[^++1234]"),
    ("n_number_+1", "[^+1]"),
    ("n_number_+Inf", "[^+Inf]"),
    ("n_number_-01", "[-0^1]"),
    ("n_number_-1.0.", "[-1.0^.]"),
    ("n_number_-2.", "[-2.^]"),
    ("n_number_-NaN", "[-^NaN]"),
    ("n_number_.-1", "[^.-1]"),
    ("n_number_.2e-3", "[^.2e-3]"),
    ("n_number_0.1.2", "[0.1^.2]"),
    ("n_number_0.3e+", "[0.3e+^]"),
    ("n_number_0.3e", "[0.3e^]"),
    ("n_number_0.e1", "[0.^e1]"),
    ("n_number_0_capital_E+", "[0E+^]"),
    ("n_number_0_capital_E", "[0E^]"),
    ("n_number_0e+", "[0e+^]"),
    ("n_number_0e", "[0e^]"),
    ("n_number_1.0e+", "[1.0e+^]"),
    ("n_number_1.0e-", "[1.0e-^]"),
    ("n_number_1.0e", "[1.0e^]"),
    ("n_number_1_000", "[1 ^000.0]"),
    ("n_number_1eE2", "[1e^E2]"),
    ("n_number_2.e+3", "[2.^e+3]"),
    ("n_number_2.e-3", "[2.^e-3]"),
    ("n_number_2.e3", "[2.^e3]"),
    ("n_number_9.e+", "[9.^e+]"),
    ("n_number_Inf", "[^Inf]"),
    ("n_number_U+FF11_fullwidth_digit_one", "[^\uff11]"),
    ("n_number_expression", "[1^+2]"),
    ("n_number_hex_1_digit", "[0^x1]"),
    ("n_number_hex_2_digits", "[0^x42]"),
    ("n_number_invalid+-", "[0e+^-1]"),
    ("n_number_invalid-negative-real", "[-123.123^foo]"),
    ("n_number_minus_sign_with_trailing_garbage", "[-^foo]"),
    ("n_number_minus_space_1", "[-^ 1]"),
    ("n_number_neg_int_starting_with_zero", "[-0^12]"),
    ("n_number_neg_real_without_int_part", "[-^.123]"),
    ("n_number_neg_with_garbage_at_end", "[-1^x]"),
    ("n_number_real_garbage_after_e", "[1e^a]"),
    ("n_number_real_without_fractional_part", "[1.^]"),
    ("n_number_starting_with_dot", "[^.123]"),
    ("n_number_with_alpha", "[1.2^a-3]"),
    ("n_number_with_alpha_char", "[1.8011670033376514^H-308]"),
    ("n_number_with_leading_zero", "[0^12]"),
    ("n_object_bad_value", '["x", ^truth]'),
    ("n_object_bracket_key", '{^[: "x"}\n'),
    ("n_object_comma_instead_of_colon", '{"x"^, null}'),
    ("n_object_double_colon", '{"x":^:"b"}'),
    ("n_object_emoji", "{^\U0001f1e8\U0001f1ed}"),
    ("n_object_garbage_at_end", '{"a":"a" ^123}'),
    ("n_object_key_with_single_quotes", "{^key: 'value'}"),
    ("n_object_missing_colon", '{"a" ^b}'),
    ("n_object_missing_key", '{^:"b"}'),
    ("n_object_missing_semicolon", '{"a" ^"b"}'),
    ("n_object_missing_value", '{"a":^'),
    ("n_object_no-colon", '{"a"^'),
    ("n_object_non_string_key", "{^1:1}"),
    ("n_object_non_string_key_but_huge_number_instead", "{^9999E9999:1}"),
    ("n_object_repeated_null_null", "{^null:null,null:null}"),
    ("n_object_several_trailing_commas", '{"id":0,^,,,,}'),
    ("n_object_single_quote", "{^'a':0}"),
    ("n_object_trailing_comma", '{"id":0,^}'),
    ("n_object_trailing_comment", '{"a":"b"}^/**/'),
    ("n_object_trailing_comment_open", '{"a":"b"}^/**//'),
    ("n_object_trailing_comment_slash_open", '{"a":"b"}^//'),
    ("n_object_trailing_comment_slash_open_incomplete", '{"a":"b"}^/'),
    ("n_object_two_commas_in_a_row", '{"a":"b",^,"c":"d"}'),
    ("n_object_unquoted_key", '{^a: "b"}'),
    ("n_object_unterminated-value", '{"a":"a^'),
    ("n_object_with_single_string", '{ "foo" : "bar", "a" ^}'),
    ("n_object_with_trailing_garbage", '{"a":"b"}^#'),
    ("n_single_space", " ^"),
    ("n_string_1_surrogate_then_escape_u", r'["^\uD800\u"]'),
    ("n_string_1_surrogate_then_escape_u1", r'["^\uD800\u1"]'),
    ("n_string_1_surrogate_then_escape_u1x", r'["^\uD800\u1x"]'),
    ("n_string_accentuated_char_no_quotes", "[^\u00e9]"),
    ("n_string_backslash_00", '["^\\\x00"]'),
    ("n_string_escape_x", r'["^\x00"]'),
    ("n_string_escaped_backslash_bad", r'["\\\"]^'),
    ("n_string_escaped_ctrl_char_tab", '["^\\\t"]'),
    ("n_string_escaped_emoji", '["^\\\U0001f300"]'),
    ("n_string_incomplete_escape", r'["\"]^'),
    ("n_string_incomplete_escaped_character", r'["^\u00A"]'),
    ("n_string_incomplete_surrogate", r'["^\uD834\uDd"]'),
    ("n_string_invalid_backslash_esc", r'["^\a"]'),
    ("n_string_invalid_unicode_escape", r'["^\uqqqq"]'),
    ("n_string_leading_uescaped_thinspace", r'[^\u0020"asd"]'),
    ("n_string_no_quotes_with_bad_escape", r"[^\n]"),
    ("n_string_single_doublequote", '"^'),
    ("n_string_single_quote", "[^'single quote']"),
    ("n_string_single_string_no_double_quotes", "^abc"),
    ("n_string_start_escape_unclosed", '["\\^'),
    ("n_string_unescaped_ctrl_char", '["a^\x00a"]'),
    ("n_string_unescaped_newline", '["new^\nline"]'),
    ("n_string_unescaped_tab", '["^\t"]'),
    ("n_string_unicode_CapitalU", r'"^\UA66D"'),
    ("n_string_with_trailing_garbage", '""^x'),
    ("n_structure_U+2060_word_joined", "[^\u2060]"),
    ("n_structure_UTF8_BOM_no_data", "^\ufeff"),
    ("n_structure_angle_bracket_.", "^<.>"),
    ("n_structure_angle_bracket_null", "[^<null>]"),
    ("n_structure_array_trailing_garbage", "[1]^x"),
    ("n_structure_array_with_extra_array_close", "[1]^]"),
    ("n_structure_array_with_unclosed_string", '["asd]^'),
    ("n_structure_ascii-unicode-identifier", "^a\u00e5"),
    ("n_structure_capitalized_True", "[^True]"),
    ("n_structure_close_unopened_array", "1^]"),
    ("n_structure_comma_instead_of_closing_brace", '{"x": true,^'),
    ("n_structure_double_array", "[]^[]"),
    ("n_structure_end_array", "^]"),
    ("n_structure_lone-open-bracket", "[^"),
    ("n_structure_no_data", "^"),
    ("n_structure_null-byte-outside-string", "[^\x00]"),
    ("n_structure_number_with_trailing_garbage", "2^@"),
    ("n_structure_object_followed_by_closing_object", "{}^}"),
    ("n_structure_object_unclosed_no_value", '{"":^'),
    ("n_structure_object_with_comment", '{"a":^/*comment*/"b"}'),
    ("n_structure_object_with_trailing_garbage", '{"a": true} ^"x"'),
    ("n_structure_open_array_apostrophe", "[^'"),
    ("n_structure_open_array_comma", "[^,"),
    ("n_structure_open_array_open_object", "[{^"),
    ("n_structure_open_array_open_string", '["a^'),
    ("n_structure_open_array_string", '["a"^'),
    ("n_structure_open_object", "{^"),
    ("n_structure_open_object_close_array", "{^]"),
    ("n_structure_open_object_comma", "{^,"),
    ("n_structure_open_object_open_array", "{^["),
    ("n_structure_open_object_open_string", '{"a^'),
    ("n_structure_open_object_string_with_apostrophes", "{^'a'"),
    ("n_structure_open_open", r'["^\{["\{["\{["\{'),
    ("n_structure_single_star", "^*"),
    ("n_structure_trailing_#", '{"a":"b"}^#{}'),
    ("n_structure_uescaped_LF_before_string", r'[^\u000A""]'),
    ("n_structure_unclosed_array", "[1^"),
    ("n_structure_unclosed_array_partial_null", "[ false, ^nul"),
    ("n_structure_unclosed_array_unfinished_false", "[ true, ^fals"),
    ("n_structure_unclosed_array_unfinished_true", "[ false, ^tru"),
    ("n_structure_unclosed_object", '{"asd":"asd"^'),
    ("n_structure_unicode-identifier", "^\u00e5"),
    ("n_structure_whitespace_U+2060_word_joiner", "[^\u2060]"),
    ("n_structure_whitespace_formfeed", "[^\f]"),
]


def write_cbor(group):
    others = set(group.inputs)
    for shows, cbor, code, at in APPENDIX_F_REST:
        group.refuse(f"RFC 8949 appendix F: {shows}", code, at, cbor=cbor)
    items = [item.strip() for line in APPENDIX_F.split("\n") for item in line.split(",") if item]
    rest = {cbor for _, cbor, _, _ in APPENDIX_F_REST}
    assert len(items) == len(set(items)) == 94
    assert rest.isdisjoint(others) and set(items) <= rest | others


def write_json(group):
    refused = {**REFUSED_OTHERWISE, SYNTAX: NO_JSON}
    assert len(ACCEPTED) + len(NULLS) + sum(map(len, refused.values())) == 318
    for name, text in ACCEPTED:
        group.case(f"JSONTestSuite: {name}", json=text, cbor=encode(json.loads(text)).hex())
    for name, text, at in NULLS:
        group.refuse(f"JSONTestSuite: {name}", NULL, at, json=text)
    for code, rows in refused.items():
        for name, marked in rows:
            data = marked.encode() if isinstance(marked, str) else marked
            before, after = data.split(b"^")
            text = before + after
            given = {"json": text.decode()} if isinstance(marked, str) else {"json_hex": text.hex()}
            group.refuse(f"JSONTestSuite: {name}", code, len(before), **given)
