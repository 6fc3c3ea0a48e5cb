namespace VideoGen.Gateway.Routes;

/// <summary>What the gateway demands and allows on a route: endpoint metadata of proxied routes, dialects and its own pages alike.</summary>
/// <param name="Quota">A limit of the API's own document beside the plan's; the tighter one counts.</param>
/// <param name="IsPage">For people's browsers: the service gets the request's cookies, and asks for a sign-in itself where one is needed.</param>
/// <param name="IsDescribed">False for a protocol of its own, which no OpenAPI document describes.</param>
internal sealed record RoutePolicy(
    Access Access = Access.Required, RateClass Rate = RateClass.Request, BodyClass Body = BodyClass.Small, Quota? Quota = null, bool IsPage = false,
    bool IsDescribed = true)
{
    /// <summary>For everybody, without a look at credentials.</summary>
    public static readonly RoutePolicy Public = new(Access.Anonymous, RateClass.PublicRead);

    /// <summary>For vendors, whose signature is checked by the service that has the secret.</summary>
    public static readonly RoutePolicy Callback = new(Access.Anonymous, RateClass.Callback, BodyClass.Callback);

    public static readonly RoutePolicy Page = Public with { IsPage = true };
}

/// <param name="Name">What is counted, for example <c>vydra submits</c>; routes with the same name share it.</param>
/// <param name="PerMinute">Requests of one credential in any 60 seconds.</param>
/// <param name="IsExact">True: counted once for all gateways, for what costs money. False: each gateway counts for itself, at no cost.</param>
internal sealed record Quota(string Name, int PerMinute, bool IsExact = false);

internal enum Access
{
    /// <summary>A valid credential, else 401.</summary>
    Required,

    /// <summary>Open to everybody; a credential that is shown must be valid.</summary>
    Optional,

    /// <summary>Like <see cref="Required"/>, unless the request carries a signed link, which the service checks.</summary>
    SignedLink,

    /// <summary>Open to everybody; credentials are not looked at.</summary>
    Anonymous,
}

/// <summary>Which limit a request counts against. The first two are per credential, by plan; the others per client address.</summary>
internal enum RateClass
{
    Request,
    Submit,
    PublicRead,
    SignUp,
    SignIn,
    Callback,
}

internal enum BodyClass
{
    /// <summary>JSON, at most <c>Gateway:Limits:MaxBodyBytes</c>.</summary>
    Small,

    /// <summary>A file: at most <c>Storage:MaxUploadBytes</c> and some room for the multipart frame, at no less than 1 KB/s.</summary>
    Upload,

    /// <summary>
    /// JSON as of <see cref="Small"/>, and files in it as data URIs of at most <c>Storage:MaxUploadBytes</c> in all, at no less
    /// than 1 KB/s.
    /// </summary>
    Inline,

    /// <summary>A vendor's callback, at most <c>Gateway:Limits:MaxCallbackBytes</c>.</summary>
    Callback,
}
