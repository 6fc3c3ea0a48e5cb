namespace VideoGen.Jobs.Slots;

/// <summary>How many jobs run and wait, and who is next.</summary>
internal static class SlotFeature
{
    public static void AddSlots(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SlotOptions>().BindConfiguration(SlotOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SlotStore>();
    }
}
