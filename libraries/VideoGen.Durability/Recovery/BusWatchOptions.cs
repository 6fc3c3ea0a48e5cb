namespace VideoGen.Durability;

/// <summary>How long an endpoint of the bus may be out of order before it is started anew.</summary>
public sealed class BusWatchOptions
{
    /// <summary>How often the endpoints are looked at. Default 5 s.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>While other endpoints work, so that the broker is there. Default 15 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>While none works: mostly the broker is away and each endpoint keeps trying by itself. Default 90 s.</summary>
    public TimeSpan PatienceWithoutBroker { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long an endpoint may take to stop. Default 60 s.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
