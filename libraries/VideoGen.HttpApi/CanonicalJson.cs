using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VideoGen.HttpApi;

/// <summary>
/// The one way to write a JSON value, by the JSON Canonicalization Scheme (RFC 8785): no white space, members in the order of their
/// UTF-16 code units, the shortest escapes, numbers as ECMAScript writes them. Two texts that say the same have the same bytes
/// here.
/// <para>
/// Beyond the scheme, which knows doubles only: a whole number that no double holds keeps all of its digits, so that two such numbers
/// never count as one.
/// </para>
/// </summary>
public static class CanonicalJson
{
    const int FarBeyond = 1_000_000;

    /// <param name="value">Sound text: no half surrogates, no member twice in one object.</param>
    public static byte[] Of(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>(256);
        Write(output, value);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The same as text.</summary>
    public static string TextOf(JsonElement value) => Encoding.UTF8.GetString(Of(value));

    static void Write(ArrayBufferWriter<byte> output, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(output, value);
                break;
            case JsonValueKind.Array:
                var separator = "["u8;
                foreach (var item in value.EnumerateArray())
                {
                    output.Write(separator);
                    Write(output, item);
                    separator = ","u8;
                }
                output.Write(value.GetArrayLength() == 0 ? "[]"u8 : "]"u8);
                break;
            case JsonValueKind.String:
                WriteText(output, value.GetString()!);
                break;
            case JsonValueKind.Number:
                WriteRaw(output, NumberOf(value.GetRawText()));
                break;
            default:
                WriteRaw(output, value.GetRawText());
                break;
        }
    }

    static void WriteObject(ArrayBufferWriter<byte> output, JsonElement value)
    {
        var separator = "{"u8;
        foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            output.Write(separator);
            WriteText(output, member.Name);
            output.Write(":"u8);
            Write(output, member.Value);
            separator = ","u8;
        }
        output.Write(value.GetPropertyCount() == 0 ? "{}"u8 : "}"u8);
    }

    static void WriteRaw(ArrayBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);

    static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\t' => escaped.Append("\\t"),
                '\n' => escaped.Append("\\n"),
                '\f' => escaped.Append("\\f"),
                '\r' => escaped.Append("\\r"),
                < ' ' => escaped.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => escaped.Append(c),
            };
        }
        WriteRaw(output, escaped.Append('"').ToString());
    }

    static string NumberOf(string literal)
    {
        var number = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        var (exact, exponent) = Decimals(literal);
        if (!double.IsFinite(number)) return Layout(exact, exponent, literal[0] == '-');
        var (digits, place) = Decimals(number.ToString("R", CultureInfo.InvariantCulture));
        var isWhole = exact.Length <= exponent;
        return isWhole && (digits, place) != (exact, exponent)
            ? Layout(exact, exponent, literal[0] == '-')
            : Layout(digits, place, number < 0);
    }

    /// <summary>The digits of a number without the zeros around them, and where its point stands: <c>0.digits × 10^point</c>.</summary>
    static (string Digits, int Point) Decimals(string number)
    {
        var mantissa = number.TrimStart('-');
        var exponent = 0;
        if (mantissa.IndexOfAny(['e', 'E']) is var e and >= 0)
        {
            exponent = ExponentOf(mantissa[(e + 1)..]);
            mantissa = mantissa[..e];
        }
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        var place = point < 0 ? mantissa.Length : point;
        var significant = digits.TrimStart('0');
        place -= digits.Length - significant.Length;
        significant = significant.TrimEnd('0');
        return significant.Length == 0 ? ("0", 1) : (significant, place + exponent);
    }

    /// <summary>Exponents that no number of sense has count as one that is far beyond them.</summary>
    static int ExponentOf(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            ? Math.Clamp(exponent, -FarBeyond, FarBeyond)
            : text[0] == '-' ? -FarBeyond : FarBeyond;

    /// <summary>As ECMAScript lays a number out.</summary>
    static string Layout(string digits, int point, bool isNegative)
    {
        if (digits == "0") return "0";
        var sign = isNegative ? "-" : "";
        if (digits.Length <= point && point <= 21) return sign + digits + new string('0', point - digits.Length);
        if (point is > 0 and <= 21) return $"{sign}{digits[..point]}.{digits[point..]}";
        if (point is > -6 and <= 0) return $"{sign}0.{new string('0', -point)}{digits}";
        var exponent = (point - 1).ToString("+0;-0", CultureInfo.InvariantCulture);
        return digits.Length == 1 ? $"{sign}{digits}e{exponent}" : $"{sign}{digits[0]}.{digits[1..]}e{exponent}";
    }
}
