using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace VideoGen.Storage.Objects.S3;

/// <summary>Checks which store is chosen and, for S3, that its section is whole. Tells every fault at once.</summary>
internal sealed partial class S3OptionsValidator : IValidateOptions<StorageOptions>
{
    static readonly TimeSpan LongestLink = TimeSpan.FromDays(7);

    // Of the library that ends the request.
    static readonly (TimeSpan Least, TimeSpan Most) RequestLimits = (TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1));

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    internal static IEnumerable<string> Faults(StorageOptions options) => options.Store switch
    {
        StorageOptions.FolderStore => [],
        StorageOptions.S3Store => Faults(options.S3).Select(fault => "Storage:S3:" + fault),
        _ => [$"Storage:Store must be {StorageOptions.FolderStore} or {StorageOptions.S3Store}."],
    };

    static IEnumerable<string> Faults(S3Options s3)
    {
        if (!IsAuthority(s3.Endpoint)) yield return "Endpoint must be a host with or without a port, and no scheme or path.";
        if (string.IsNullOrWhiteSpace(s3.Region)) yield return "Region must not be empty.";
        if (s3.AccessKey.Length == 0) yield return "AccessKey is missing.";
        if (s3.SecretKey.Length == 0) yield return "SecretKey is missing.";
        if (!BucketName().IsMatch(s3.Bucket)) yield return "Bucket must have 3 to 63 lower-case letters, digits, dots and dashes.";
        if (s3.RequestTimeout < RequestLimits.Least || s3.RequestTimeout > RequestLimits.Most)
            yield return "RequestTimeout must be 10 ms to 1 day.";
        if (s3.IdleTimeout <= TimeSpan.Zero) yield return "IdleTimeout must be more than zero.";
        if (s3.Retries is < 0 or > 10) yield return "Retries must be 0 to 10.";
        if (s3.Uploads is < 1 or > 64) yield return "Uploads must be 1 to 64.";
        if (s3.PresignedLifetime < TimeSpan.FromSeconds(1) || s3.PresignedLifetime > LongestLink)
            yield return "PresignedLifetime must be 1 s to 7 days.";
        if (s3.PresignedEndpoint is { } shown && !IsAuthority(shown))
            yield return "PresignedEndpoint must be a host with or without a port, and no scheme or path.";
    }

    static bool IsAuthority(string text) =>
        text.Length > 0 && !text.EndsWith('/') && Uri.TryCreate("http://" + text, UriKind.Absolute, out var url)
        && url.PathAndQuery == "/" && url.UserInfo.Length == 0;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();
}
