using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects;

/// <summary>Native ids as a dialect shows them: a prefix of its own and the UUID. Every dialect takes the bare UUID as well.</summary>
internal static class ShownId
{
    /// <summary>The native id, or null for anything else than a UUID with or without one of the prefixes.</summary>
    public static Guid? Read(string text, params ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
            if (text.StartsWith(prefix, StringComparison.Ordinal)) return Parse(text.AsSpan(prefix.Length));
        return Parse(text);
    }

    static Guid? Parse(ReadOnlySpan<char> text) => IdText.TryParse(text, out var id) ? id : null;
}
