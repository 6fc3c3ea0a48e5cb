namespace VideoGen.Gateway.Dialects.Native;

/// <summary>
/// The native API as a dialect's handlers use it, on behalf of the present caller. A client is made when it is first used: a request needs one or
/// two of them.
/// </summary>
internal sealed class NativeApi(IServiceProvider services)
{
    public JobsClient Jobs => field ??= services.GetRequiredService<JobsClient>();

    public SubmitClient Submits => field ??= services.GetRequiredService<SubmitClient>();

    public AccountClient Account => field ??= services.GetRequiredService<AccountClient>();

    public AssetClient Assets => field ??= services.GetRequiredService<AssetClient>();

    public UploadClient Uploads => field ??= services.GetRequiredService<UploadClient>();

    public CallbackClient Callbacks => field ??= services.GetRequiredService<CallbackClient>();

    public ModelCatalog Models => field ??= services.GetRequiredService<ModelCatalog>();

    public StatisticsClient Statistics => field ??= services.GetRequiredService<StatisticsClient>();

    public AssetForwarder Files => field ??= services.GetRequiredService<AssetForwarder>();
}
