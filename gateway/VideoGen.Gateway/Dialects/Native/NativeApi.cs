namespace VideoGen.Gateway.Dialects.Native;

/// <summary>The native API as a dialect's handlers use it, on behalf of the present caller.</summary>
internal sealed class NativeApi(JobsClient jobs, SubmitClient submits, AccountClient account, AssetClient assets, UploadClient uploads, ModelCatalog models,
    StatisticsClient statistics, CallbackClient callbacks, AssetForwarder files)
{
    public JobsClient Jobs => jobs;

    public SubmitClient Submits => submits;

    public AccountClient Account => account;

    public AssetClient Assets => assets;

    public UploadClient Uploads => uploads;

    public CallbackClient Callbacks => callbacks;

    public ModelCatalog Models => models;

    public StatisticsClient Statistics => statistics;

    public AssetForwarder Files => files;
}
