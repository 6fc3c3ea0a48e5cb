using System.Text;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// How the server reads the bytes of a header. As Latin-1, so that no byte makes it refuse a request: what is not ASCII is
/// nobody's word to our services, and <see cref="RequestCheckMiddleware"/> takes it away. A length is read by its digits alone,
/// for the framework's own reading takes a sign as well, which the next server may read in another way.
/// </summary>
internal static class HeaderEncodings
{
    static readonly Encoding Length = new Digits();

    public static Encoding Of(string header) =>
        header.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? Length : Encoding.Latin1;

    /// <summary>Whatever is not 1 to 19 digits becomes a text that is no number.</summary>
    sealed class Digits : Encoding
    {
        const int MostDigits = 19;
        const char NoDigit = 'x';

        public override int GetByteCount(char[] chars, int index, int count) => count;

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
            ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

        public override int GetCharCount(byte[] bytes, int index, int count) => Math.Min(count, MostDigits + 1);

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
            GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

        public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
        {
            var isNumber = bytes.Length is > 0 and <= MostDigits && !bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9');
            if (!isNumber)
            {
                chars[0] = NoDigit;
                return 1;
            }
            for (var i = 0; i < bytes.Length; i++) chars[i] = (char)bytes[i];
            return bytes.Length;
        }

        public override int GetMaxByteCount(int charCount) => charCount;

        public override int GetMaxCharCount(int byteCount) => byteCount;
    }
}
