namespace VideoGen.System.Tests.Stage;

/// <summary>One of the six APIs: where it is and how its clients show who they are.</summary>
/// <param name="Name">As in the gateway: <c>vydra</c>.</param>
/// <param name="Path">What a client appends to the gateway's address to get its base URL.</param>
/// <param name="HasKeyHeader">The credential stands in <c>X-API-Key</c>, else in <c>Authorization: Bearer</c>.</param>
sealed record Door(string Name, string Path, bool HasKeyHeader = false)
{
    public static Door Native { get; } = new("native", "/v1");

    public static Door VividFlow { get; } = new("vivid-flow", "/vivid-flow/api/v1", HasKeyHeader: true);

    public static Door Vydra { get; } = new("vydra", "/vydra/api/v1");

    public static Door AiStudio { get; } = new("ai-studio", "/ai-studio/api/v1");

    public static Door Vsl { get; } = new("vsl", "/vsl", HasKeyHeader: true);

    /// <summary>Its own paths begin <c>/api/v1</c> and <c>/assets</c>.</summary>
    public static Door Visualizr { get; } = new("visualizr", "/visualizr");

    public static IReadOnlyList<Door> Dialects { get; } = [VividFlow, Vydra, AiStudio, Vsl, Visualizr];

    /// <summary>The base URL that a client of that API is given, without a slash at the end.</summary>
    public string BaseUrl(string gateway) => gateway + Path;

    /// <summary>A client of that API; ask it for paths without a slash before them. It does not follow redirects.</summary>
    public HttpClient Open(string gateway, string? credential)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
        {
            BaseAddress = new Uri(BaseUrl(gateway) + "/"),
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (credential is null) return http;
        if (HasKeyHeader) http.DefaultRequestHeaders.Add("X-API-Key", credential);
        else http.DefaultRequestHeaders.Authorization = new("Bearer", credential);
        return http;
    }

    public override string ToString() => Name;
}
