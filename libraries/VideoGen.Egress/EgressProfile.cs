namespace VideoGen.Egress;

/// <summary>What one purpose of outgoing requests may do.</summary>
/// <param name="Name">For messages and logs.</param>
/// <param name="RequireHttps">Refuse plain http, except to literals inside <see cref="EgressOptions.AllowNetworks"/>.</param>
/// <param name="MaxRedirects">Redirects followed; 0 makes every 3xx the final answer. Each hop is checked like the first URL.</param>
/// <param name="TotalTime">From the first byte sent to the last byte of the body read, redirects included.</param>
/// <param name="MaxBytes">Bytes of the body that are read at most, counted as they arrive.</param>
/// <param name="MinBytesPerSecond">A body slower than this over one <see cref="SpeedWindow"/> is given up; 0 means any speed.</param>
/// <param name="SpeedWindow">Over which time speed is measured, and how long a reply has before it is measured first.</param>
public sealed record EgressProfile(
    string Name, bool RequireHttps, int MaxRedirects, TimeSpan TotalTime, long MaxBytes, long MinBytesPerSecond, TimeSpan SpeedWindow)
{
    const long KiB = 1024;
    const long MiB = 1024 * KiB;

    /// <summary>Deliveries to customers: https, no redirects, 15 s in all, 64 KiB of the reply.</summary>
    public static EgressProfile Webhook { get; } =
        new("webhook", RequireHttps: true, MaxRedirects: 0, TimeSpan.FromSeconds(15), 64 * KiB, MinBytesPerSecond: 0, TimeSpan.FromSeconds(10));

    /// <summary>Media named by a customer: 3 redirects, 60 s, 100 MiB, at least 16 KiB/s after 10 s.</summary>
    public static EgressProfile Media { get; } =
        new("media", RequireHttps: false, MaxRedirects: 3, TimeSpan.FromSeconds(60), 100 * MiB, 16 * KiB, TimeSpan.FromSeconds(10));

    /// <summary>Results named by a vendor: as <see cref="Media"/>, with 10 minutes and 2 GiB.</summary>
    public static EgressProfile VendorResult { get; } =
        Media with { Name = "vendor_result", TotalTime = TimeSpan.FromMinutes(10), MaxBytes = 2048 * MiB };
}
