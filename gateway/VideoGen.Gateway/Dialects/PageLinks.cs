namespace VideoGen.Gateway.Dialects;

/// <summary>A <c>Link</c> header (RFC 8288) for lists with page numbers; its targets are relative to the address that was called.</summary>
internal static class PageLinks
{
    public static string Of(string path, int page, int size, long total)
    {
        var last = Math.Max(1, (total + size - 1) / size);
        var links = new List<string> { Link(1, "first") };
        if (page > 1) links.Add(Link(Math.Min(page - 1, last), "prev"));
        if (page < last) links.Add(Link(page + 1, "next"));
        links.Add(Link(last, "last"));
        return string.Join(", ", links);

        string Link(long number, string relation) => $"<{path}?page={number}&per_page={size}>; rel=\"{relation}\"";
    }
}
